import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { ElectricityContract, VtnConnection } from '../../../api/types';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';

interface ConnectionFormProps {
  contract: ElectricityContract;
  /** The connection to change; a new one when absent. */
  connection: VtnConnection | undefined;
  onClose: () => void;
}

/** Where a server is and who we are there. The secret is asked for and never shown. */
export function ConnectionForm({ contract, connection, onClose }: ConnectionFormProps) {
  const { t } = useTranslation();
  const old = connection?.terms;
  const save = useChange({
    quiet: true,
    refresh: [['vtn_connections', contract.id]],
    done: t(connection ? 'ui.saved' : 'ui.added'),
    run: (values: Record<string, string>) => {
      const terms = {
        name: values['terms/name'] ?? '',
        base_url: values['terms/base_url'] ?? '',
        token_url: values['terms/token_url'] || null,
        client_id: values['terms/client_id'] ?? '',
        ven_name: values['terms/ven_name'] ?? '',
        program: values['terms/program'] || null,
        interval_s: Number(values['terms/interval_s']),
        enabled: values['terms/enabled'] === 'on',
        sends_reports: values['terms/sends_reports'] === 'on',
      };
      const secret = values.secret ?? '';
      if (!connection) {
        return ok(
          api.POST('/api/v1/electricity_contracts/{id}/vtn_connections', {
            params: { path: { id: contract.id } },
            body: { terms, secret },
          }),
        );
      }
      return ok(
        api.PATCH('/api/v1/electricity_contracts/{id}/vtn_connections/{connection}', {
          params: { path: { id: contract.id, connection: connection.id } },
          body: { version: connection.version, terms, secret: secret || null },
        }),
      );
    },
    onDone: onClose,
  });
  const text = (
    name: string,
    label: string,
    initial: string | undefined,
    description?: string,
  ) => ({
    name: `terms/${name}`,
    label,
    description,
    required: true,
    initial: initial ?? '',
  });
  // What came of one server is never told to another.
  const fixed = connection ? { readOnly: true, description: t('vtn.fixed_help') } : {};
  const onOff = (name: string, label: string, on: boolean, description: string) => ({
    name: `terms/${name}`,
    label,
    description,
    type: 'select' as const,
    required: true,
    options: [
      { value: 'off', label: t('vtn.off') },
      { value: 'on', label: t('vtn.on') },
    ],
    initial: on ? 'on' : 'off',
  });
  return (
    <FormDialog
      title={t(connection ? 'vtn.change' : 'vtn.add')}
      submit={t('vtn.save')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        text('name', t('vtn.name'), old?.name, t('vtn.name_help')),
        {
          ...text('base_url', t('vtn.base_url'), old?.base_url, t('vtn.base_url_help')),
          ...fixed,
        },
        {
          ...text('token_url', t('vtn.token_url'), old?.token_url ?? '', t('vtn.token_url_help')),
          required: false,
        },
        { ...text('client_id', t('vtn.client_id'), old?.client_id), ...fixed },
        {
          name: 'secret',
          label: t('vtn.secret'),
          description: t(connection ? 'vtn.secret_keep' : 'vtn.secret_help'),
          type: 'password',
          required: !connection,
          autoComplete: 'new-password',
        },
        text('ven_name', t('vtn.ven_name'), old?.ven_name, t('vtn.ven_name_help')),
        {
          ...text('program', t('vtn.program'), old?.program ?? '', t('vtn.program_help')),
          required: false,
          ...fixed,
        },
        {
          ...text('interval_s', t('vtn.interval_s'), String(old?.interval_s ?? 60)),
          type: 'number' as const,
        },
        onOff('enabled', t('vtn.enabled'), old?.enabled ?? false, t('vtn.enabled_help')),
        onOff(
          'sends_reports',
          t('vtn.sends_reports'),
          old?.sends_reports ?? false,
          t('vtn.sends_reports_help'),
        ),
      ]}
    />
  );
}
