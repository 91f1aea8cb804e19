import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { devicesQuery, establishmentsQuery, pointsQuery } from '../../../api/registry';
import type { Meter } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { meterFields } from './fields';
import { newMeter, pointsFor, termsOf, valuesOf } from './new';

const REFRESH = [['meters'], ['meter_energy'], ['meter_balance'], ['meter_flow']];

interface MeterDialogProps {
  complex: string;
  meters: readonly Meter[];
  today: string;
  /** The meter that is changed; a new one is entered without it. */
  meter?: Meter;
  onClose: () => void;
}

/** Enters a meter into the tree, or corrects one. */
export function MeterDialog({ complex, meters, today, meter, onClose }: MeterDialogProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const save = useChange({
    quiet: true,
    refresh: REFRESH,
    done: t(meter ? 'ui.saved' : 'ui.added'),
    run: (values: Values) =>
      meter
        ? ok(
            api.PATCH('/api/v1/meters/{id}', {
              params: { path: { id: meter.id } },
              body: { version: meter.version, terms: termsOf(values) },
            }),
          )
        : ok(api.POST('/api/v1/meters', { body: newMeter(values, complex, points) })),
    onDone: onClose,
  });
  const fresh: Values = {
    'terms/kind': 'sub',
    'terms/formula': 'sum',
    'terms/key': 'area',
    'terms/from': `${today.slice(0, 4)}-01-01`,
  };
  const fields = meterFields({
    t,
    meters,
    points: pointsFor(points, devices),
    sites,
    initial: meter ? { ...fresh, ...valuesOf(meter) } : fresh,
    self: meter?.id,
  });
  return (
    <FormDialog
      title={t(meter ? 'meter.change' : 'meter.add')}
      submit={t(meter ? 'ui.save' : 'ui.add')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={fields}
    />
  );
}

interface CloseDialogProps {
  meter: Meter;
  today: string;
  onClose: () => void;
}

/** Ends a meter with a day. */
export function CloseDialog({ meter, today, onClose }: CloseDialogProps) {
  const { t } = useTranslation();
  const close = useChange({
    quiet: true,
    refresh: REFRESH,
    done: t('meter.closed'),
    run: (values: Values) =>
      ok(
        api.POST('/api/v1/meters/{id}/close', {
          params: { path: { id: meter.id } },
          body: { version: meter.version, to: values['terms/to'] ?? '' },
        }),
      ),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('meter.close_title', { name: meter.terms.name })}
      submit={t('meter.close')}
      busy={close.isPending}
      error={close.error}
      onClose={onClose}
      onSubmit={(values) => close.mutate(values)}
      fields={[
        {
          name: 'terms/to',
          label: t('meter.to'),
          description: t('meter.close_help'),
          type: 'date',
          required: true,
          initial: today,
        },
      ]}
    />
  );
}
