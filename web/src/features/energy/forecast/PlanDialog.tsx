import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { FormDialog } from '../../../ui/FormDialog';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';

interface PlanDialogProps {
  contract: string;
  day: string;
  onClose: () => void;
}

/** Writes down days on which nothing is made, or more or less than on other days. */
export function PlanDialog({ contract, day, onClose }: PlanDialogProps) {
  const { t } = useTranslation();
  const save = useChange({
    quiet: true,
    refresh: [['load_plans'], ['forecast'], ['anomalies']],
    done: t('load_plan.added'),
    run: ({ from = '', to = '', kind, factor, note = '' }: Record<string, string>) => {
      const chosen = oneOf('shutdown', 'factor')(kind) ?? 'shutdown';
      return ok(
        api.POST('/api/v1/electricity_contracts/{id}/load_plans', {
          params: { path: { id: contract } },
          body: {
            from,
            to: to || from,
            kind: chosen,
            factor_percent: chosen === 'factor' && factor ? Math.round(Number(factor)) : undefined,
            note: note.trim(),
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('load_plan.add')}
      submit={t('ui.add')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        { name: 'from', label: t('load_plan.from'), type: 'date', required: true, initial: day },
        { name: 'to', label: t('load_plan.to'), type: 'date', required: true, initial: day },
        {
          name: 'kind',
          label: t('load_plan.kind'),
          type: 'select',
          required: true,
          initial: 'shutdown',
          options: [
            { value: 'shutdown', label: t('load_plan_kind.shutdown') },
            { value: 'factor', label: t('load_plan_kind.factor') },
          ],
        },
        {
          name: 'factor',
          label: t('load_plan.factor'),
          description: t('load_plan.factor_help'),
          type: 'number',
        },
        { name: 'note', label: t('load_plan.note'), description: t('load_plan.note_help') },
      ]}
    />
  );
}
