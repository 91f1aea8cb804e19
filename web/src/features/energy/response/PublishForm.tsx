import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { establishmentsQuery } from '../../../api/registry';
import type { DrEvent, ElectricityContract } from '../../../api/types';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';

/** Tenants that one form asks. */
const ROWS = [0, 1, 2];

interface PublishFormProps {
  contract: ElectricityContract;
  call: DrEvent;
  onClose: () => void;
}

/** Passes a call of the complex on to tenants, by its own server of demand response. */
export function PublishForm({ contract, call, onClose }: PublishFormProps) {
  const { t } = useTranslation();
  const sites = useQuery(establishmentsQuery(contract.complex_id));
  const save = useChange({
    quiet: true,
    refresh: [['dr_events', contract.id]],
    done: t('response.publish_done'),
    run: (values: Record<string, string>) =>
      ok(
        api.POST('/api/v1/electricity_contracts/{id}/dr_events/{event}/publish', {
          params: { path: { id: contract.id, event: call.id } },
          body: {
            version: call.version,
            to: ROWS.map((row) => ({
              establishment_id: values[`to/${row}/establishment_id`] ?? '',
              requested_kw: Number(values[`to/${row}/requested_kw`]),
            })).filter((share) => share.establishment_id !== ''),
          },
        }),
      ),
    onDone: onClose,
  });
  const options = (sites.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <FormDialog
      title={t('response.publish_title')}
      submit={t('response.publish')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={ROWS.flatMap((row) => [
        {
          name: `to/${row}/establishment_id`,
          label: t('response.publish_to', { number: row + 1 }),
          type: 'select' as const,
          required: row === 0,
          options,
        },
        {
          name: `to/${row}/requested_kw`,
          label: t('response.publish_kw', { number: row + 1 }),
          type: 'number' as const,
          required: row === 0,
        },
      ])}
    />
  );
}
