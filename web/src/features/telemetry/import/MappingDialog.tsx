import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';
import { mappingOf } from './mapping';

interface MappingDialogProps {
  complex: string;
  onClose: () => void;
  onMade: (id: string) => void;
}

/** Keeps how the columns of a tenant's own file are read, under a name. */
export function MappingDialog({ complex, onClose, onMade }: MappingDialogProps) {
  const { t } = useTranslation();
  const keep = useChange({
    quiet: true,
    refresh: [['column_mappings']],
    done: t('mapping.kept'),
    run: (values: Values) =>
      ok(
        api.POST('/api/v1/column_mappings', {
          body: {
            complex_id: complex,
            name: filled(values).name ?? '',
            spec: mappingOf(filled(values)),
          },
        }),
      ),
    onDone: (made) => {
      onMade(made.id);
      onClose();
    },
  });
  const orders = ['year_month_day', 'day_month_year', 'month_day_year'] as const;
  return (
    <FormDialog
      title={t('mapping.add')}
      submit={t('ui.save')}
      busy={keep.isPending}
      error={keep.error}
      onClose={onClose}
      onSubmit={(values) => keep.mutate(values)}
      fields={[
        { name: 'name', label: t('mapping.name'), required: true },
        {
          name: 'time',
          label: t('mapping.time'),
          description: t('mapping.spellings'),
          required: true,
        },
        { name: 'clock', label: t('mapping.clock'), description: t('mapping.clock_help') },
        {
          name: 'date_order',
          label: t('mapping.date_order'),
          type: 'select',
          required: true,
          initial: oneOf(...orders)('year_month_day'),
          options: orders.map((value) => ({ value, label: t(`date_order.${value}`) })),
        },
        {
          name: 'label',
          label: t('mapping.label'),
          type: 'select',
          required: true,
          initial: 'end',
          options: [
            { value: 'end', label: t('mapping.label_end') },
            { value: 'start', label: t('mapping.label_start') },
          ],
        },
        { name: 'active_energy', label: t('mapping.energy'), required: true },
        { name: 'reactive_energy_lagging', label: t('mapping.lagging') },
        { name: 'reactive_energy_leading', label: t('mapping.leading') },
      ]}
    />
  );
}
