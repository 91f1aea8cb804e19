import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { Meter } from '../../../api/types';
import type { Field, Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { DISPOSALS, KINDS, newMeter, parentsOf, pointsFor } from './new';

interface MeterDialogProps {
  complex: string;
  meters: readonly Meter[];
  today: string;
  onClose: () => void;
}

/** Enters a measured meter into the tree. */
export function MeterDialog({ complex, meters, today, onClose }: MeterDialogProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const save = useChange({
    quiet: true,
    refresh: [['meters'], ['meter_energy'], ['meter_balance'], ['meter_flow']],
    done: t('ui.added'),
    run: (values: Values) =>
      ok(api.POST('/api/v1/meters', { body: newMeter(values, complex, points) })),
    onDone: onClose,
  });
  const choices = pointsFor(points, devices);
  const fields: Field[] = [
    { name: 'terms/name', label: t('meter.called'), required: true },
    {
      name: 'terms/kind',
      label: t('meter.kind'),
      type: 'select',
      required: true,
      initial: 'sub',
      options: KINDS.map((value) => ({ value, label: t(`meter_kind.${value}`) })),
    },
    {
      name: 'terms/parent_id',
      label: t('meter.parent'),
      description: t('meter.parent_help'),
      type: 'select',
      options: parentsOf(meters),
    },
    {
      name: 'terms/point_id',
      label: t('meter.point'),
      description: t('meter.point_help'),
      type: 'select',
      required: true,
      options: choices,
    },
    {
      name: 'terms/back_point_id',
      label: t('meter.back_point'),
      description: t('meter.back_point_help'),
      type: 'select',
      options: choices,
    },
    {
      name: 'terms/disposal',
      label: t('meter.disposal'),
      type: 'select',
      options: DISPOSALS.map((value) => ({ value, label: t(`meter_disposal.${value}`) })),
    },
    {
      name: 'terms/from',
      label: t('meter.from'),
      type: 'date',
      required: true,
      initial: `${today.slice(0, 4)}-01-01`,
    },
  ];
  return (
    <FormDialog
      title={t('meter.add')}
      submit={t('ui.add')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={fields}
    />
  );
}
