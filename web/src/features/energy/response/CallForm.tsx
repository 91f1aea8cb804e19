import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { DrEvent, DrRules } from '../../../api/types';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { useNow } from '../../../ui/useNow';
import { todayOf } from '../time';
import { ADJUSTMENTS, EXCLUSIONS, METHOD_NAMES, METHODS, weekdayFrom } from './rules';

const HOURS = Array.from({ length: 25 }, (_, hour) => hour);

interface CallFormProps {
  contract: string;
  /** The rules that the page shows: what the form begins with. */
  rules: DrRules | undefined;
  onClose: () => void;
  onDone: (made: DrEvent) => void;
}

/** A call as the aggregator gave it: when, how much, and how its baseline is made. */
export function CallForm({ contract, rules, onClose, onDone }: CallFormProps) {
  const { t } = useTranslation();
  const today = todayOf(useNow(60_000));
  const save = useChange({
    quiet: true,
    refresh: [['dr_events', contract], ['dr_fitness']],
    done: t('ui.added'),
    run: (values: Record<string, string>) =>
      ok(
        api.POST('/api/v1/electricity_contracts/{id}/dr_events', {
          params: { path: { id: contract } },
          body: {
            terms: {
              day: values['terms/day'] ?? '',
              first_hour: Number(values['terms/first_hour']),
              end_hour: Number(values['terms/end_hour']),
              requested_kw: Number(values['terms/requested_kw']),
              baseline: {
                method: values.method ?? '',
                adjustment: values.adjustment ?? '',
                ranking: rules?.ranking ?? 'by_hour',
                exclusions: values.exclusions ?? '',
              },
              note: values['terms/note'] ?? '',
            },
          },
        }),
      ),
    onDone,
  });
  const hour = (value: number) => ({
    value: String(value),
    label: t('response.hour', { hour: value }),
  });
  const select = (
    name: string,
    label: string,
    options: { value: string; label: string }[],
    initial: string,
  ) => ({
    name,
    label,
    type: 'select' as const,
    required: true,
    options,
    initial,
  });
  return (
    <FormDialog
      title={t('response.add_call')}
      submit={t('response.save_call')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        {
          name: 'terms/day',
          label: t('response.date'),
          type: 'date',
          required: true,
          initial: weekdayFrom(today),
        },
        select('terms/first_hour', t('response.first_hour'), HOURS.slice(0, 24).map(hour), '14'),
        select('terms/end_hour', t('response.end_hour'), HOURS.slice(1).map(hour), '16'),
        {
          name: 'terms/requested_kw',
          label: `${t('response.requested')} (kW)`,
          type: 'number',
          required: true,
        },
        select(
          'method',
          t('response.method'),
          METHODS.map((value) => ({ value, label: METHOD_NAMES[value] ?? value })),
          rules?.method ?? 'mid_6_10',
        ),
        select(
          'adjustment',
          t('response.adjustment'),
          ADJUSTMENTS.map((value) => ({ value, label: t(`response.adjustment_${value}`) })),
          rules?.adjustment ?? 'none',
        ),
        select(
          'exclusions',
          t('response.exclusions'),
          EXCLUSIONS.map((value) => ({ value, label: t(`response.exclusions_${value}`) })),
          rules?.exclusions ?? 'reductions',
        ),
        { name: 'terms/note', label: t('response.note') },
      ]}
    />
  );
}
