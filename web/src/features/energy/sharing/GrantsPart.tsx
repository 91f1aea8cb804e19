import { Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { SharingGrant, SharingLevel } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { notify } from '../../../ui/notify';
import { Pill } from '../../../ui/Pill';
import { Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { GrantDialog } from './GrantDialog';
import { STATE_TONE, seriesWords } from './words';

export function useGrantColumns(): Column<SharingGrant>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'state',
      header: t('sharing.state'),
      value: (row) => t(`sharing_state.${row.state}`),
      render: (row) => <Pill tone={STATE_TONE[row.state]}>{t(`sharing_state.${row.state}`)}</Pill>,
    },
    { id: 'series', header: t('sharing.series'), value: (row) => seriesWords(t, row.terms) },
    {
      id: 'resolution',
      header: t('sharing.resolution'),
      value: (row) => t(`sharing_resolution.${row.terms.resolution}`),
    },
    { id: 'purpose', header: t('sharing.purpose'), value: (row) => row.terms.purpose },
    {
      id: 'term',
      header: t('sharing.term'),
      value: (row) => `${row.terms.from} ~ ${row.terms.until}`,
      render: (row) => (
        <span className="sharing-days">
          {row.terms.from} ~ {row.terms.until}
        </span>
      ),
    },
    {
      id: 'values_from',
      header: t('sharing.values_from'),
      value: (row) => row.terms.values_from ?? row.terms.from,
      render: (row) => (
        <span className="sharing-days">{row.terms.values_from ?? row.terms.from}</span>
      ),
    },
  ];
}

/** The grants of one site: whom it lets read what, and how to take it back. */
export function GrantsPart({ site, rows }: { site: SharingLevel; rows: readonly SharingGrant[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [isNew, setNew] = useState(false);
  const [asked, setAsked] = useState<SharingGrant>();
  const revoke = useChange({
    run: (id: string) =>
      ok(api.POST('/api/v1/sharing_grants/{id}/revoke', { params: { path: { id } } })),
    refresh: [['sharing_grants'], ['sharing_reads']],
    onDone: ({ read_count, value_count }) => {
      setAsked(undefined);
      notify({
        message: t('sharing.revoked', { reads: read_count, values: value_count }),
        color: 'green',
      });
    },
  });
  const mayGrant = may.on('read_tenant_values', scopeOf(site));
  const common = useGrantColumns();
  const columns: Column<SharingGrant>[] = [
    {
      id: 'recipient',
      header: t('sharing.recipient'),
      value: (row) => row.recipient_name,
      render: (row) => <Recipient grant={row} />,
    },
    ...common,
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row) =>
        row.state !== 'revoked' &&
        row.state !== 'ended' && (
          <MayButton
            may={mayGrant}
            size="compact-sm"
            variant="default"
            aria-label={t('sharing.revoke_of', { name: row.recipient_name })}
            onClick={() => setAsked(row)}
          >
            {t('sharing.revoke')}
          </MayButton>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm">{t('sharing.grants_help')}</Text>
        <MayButton
          may={mayGrant}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setNew(true)}
        >
          {t('sharing.add')}
        </MayButton>
      </Group>
      <DataTable
        name="sharing_grants"
        label={t('sharing.tab_grants')}
        rows={rows.filter((row) => row.establishment_id === site.establishment_id)}
        columns={columns}
        rowKey={(row) => row.id}
        empty={<Empty title={t('sharing.no_grants')}>{t('sharing.no_grants_next')}</Empty>}
      />
      {isNew && <GrantDialog site={site} onClose={() => setNew(false)} />}
      <Confirm
        opened={asked !== undefined}
        title={t('sharing.revoke')}
        action={t('sharing.revoke')}
        danger
        busy={revoke.isPending}
        onClose={() => setAsked(undefined)}
        onConfirm={() => asked && revoke.mutate(asked.id)}
      >
        {t('sharing.revoke_ask', { name: asked?.recipient_name })}
      </Confirm>
    </Stack>
  );
}

function Recipient({ grant }: { grant: SharingGrant }) {
  const { t } = useTranslation();
  const isOffice = grant.terms.recipient.startsWith('complex:');
  return (
    <>{isOffice ? t('sharing.office_of', { name: grant.recipient_name }) : grant.recipient_name}</>
  );
}
