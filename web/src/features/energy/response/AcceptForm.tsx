import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { DrProposal, DrRules, ElectricityContract } from '../../../api/types';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { ADJUSTMENTS, EXCLUSIONS, METHOD_NAMES, METHODS } from './rules';

interface AcceptFormProps {
  contract: ElectricityContract;
  proposal: DrProposal;
  rules: DrRules | undefined;
  onClose: () => void;
}

/** Takes part in what a server asks for: how much, and how the baseline is made. */
export function AcceptForm({ contract, proposal, rules, onClose }: AcceptFormProps) {
  const { t } = useTranslation();
  const save = useChange({
    quiet: true,
    refresh: [['dr_proposals', contract.id], ['dr_events', contract.id], ['dr_fitness']],
    done: t('response.accepted_done'),
    run: (values: Record<string, string>) =>
      ok(
        api.POST('/api/v1/electricity_contracts/{id}/dr_proposals/{proposal}/accept', {
          params: { path: { id: contract.id, proposal: proposal.id } },
          body: {
            version: proposal.version,
            requested_kw: Number(values.requested_kw),
            baseline: {
              method: values.method ?? '',
              adjustment: values.adjustment ?? '',
              ranking: rules?.ranking ?? 'by_hour',
              exclusions: values.exclusions ?? '',
            },
            note: values.note ?? '',
          },
        }),
      ),
    onDone: onClose,
  });
  const asked = proposal.offer.requested_kw;
  const select = (
    name: string,
    label: string,
    options: { value: string; label: string }[],
    initial: string,
  ) => ({ name, label, type: 'select' as const, required: true, options, initial });
  return (
    <FormDialog
      title={t('response.accept_title')}
      submit={t('response.accept')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        {
          name: 'requested_kw',
          label: `${t('response.requested')} (kW)`,
          type: 'number',
          required: true,
          initial: typeof asked === 'number' ? String(asked) : '',
          description: typeof asked === 'number' ? undefined : t('response.kw_by_hand'),
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
        { name: 'note', label: t('response.note') },
      ]}
    />
  );
}
