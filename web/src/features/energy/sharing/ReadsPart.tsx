import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sharingReadsQuery } from '../../../api/energy';
import type { SharingGrant, SharingLevel, SharingRead } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

/** Who read what of the site's values, and how many. */
export function ReadsPart({
  site,
  grants,
}: {
  site: SharingLevel;
  grants: readonly SharingGrant[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const reads = useQuery(sharingReadsQuery(site.establishment_id));
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  const columns: Column<SharingRead>[] = [
    {
      id: 'at',
      header: t('sharing.read_at'),
      value: (row) => row.at,
      render: (row) => format.dateTime(row.at, true),
    },
    { id: 'actor', header: t('sharing.reader'), value: (row) => row.actor.name },
    {
      id: 'recipient',
      header: t('sharing.recipient'),
      value: (row) => byId.get(row.grant_id)?.recipient_name,
    },
    { id: 'range', header: t('sharing.range'), value: (row) => `${row.from} ~ ${row.to}` },
    {
      id: 'resolution',
      header: t('sharing.resolution'),
      value: (row) => t(`sharing_resolution.${row.resolution}`),
    },
    {
      id: 'points',
      header: t('sharing.point_count'),
      align: 'right',
      value: (row) => row.point_count,
    },
    {
      id: 'values',
      header: t('sharing.value_count'),
      align: 'right',
      value: (row) => row.value_count,
      render: (row) => format.number(row.value_count),
    },
  ];
  return (
    <Stack gap="sm">
      <Text size="sm">{t('sharing.reads_help')}</Text>
      <Answer of={reads}>
        {(rows) => (
          <DataTable
            name="sharing_reads"
            label={t('sharing.tab_reads')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<Empty title={t('sharing.no_reads')}>{t('sharing.no_reads_next')}</Empty>}
          />
        )}
      </Answer>
    </Stack>
  );
}
