import { Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { flat } from '../../../api/paging';
import { devicesQuery } from '../../../api/registry';
import { rejectsQuery } from '../../../api/telemetry';
import type { Reject } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const route = getRouteApi('/app/data/rejects');

/** What was sent and not taken, and what its sender should do. */
export function RejectsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex } = useComplex();
  const { device, q } = route.useSearch();
  const navigate = route.useNavigate();
  const rejects = useInfiniteQuery(rejectsQuery({ complex, device }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const names = new Map(devices.map((each) => [each.key, each.name]));

  const columns: Column<Reject>[] = [
    {
      id: 'at',
      header: t('reject.at'),
      value: (row) => row.last_at,
      render: (row) => format.dateTime(row.last_at, true),
    },
    {
      id: 'device',
      header: t('reject.device'),
      value: (row) => {
        const name = names.get(row.device);
        return name ? `${name} (${row.device})` : row.device;
      },
    },
    { id: 'point', header: t('reject.point'), value: (row) => row.point },
    {
      id: 'code',
      header: t('reject.why'),
      value: (row) => t(`reject_code.${row.code}`, { defaultValue: row.code }),
    },
    {
      id: 'detail',
      header: t('reject.detail'),
      value: (row) => row.detail,
      render: (row) => (
        <Text size="sm" c="dimmed" maw={420}>
          {row.detail}
        </Text>
      ),
    },
    { id: 'sample', header: t('reject.sample'), value: (row) => row.sample, hidden: true },
    {
      id: 'count',
      header: t('reject.count'),
      align: 'right',
      value: (row) => row.count,
      render: (row) => format.number(row.count),
    },
  ];

  return (
    <Page title={t('reject.title')} help={t('reject.help')} asOf={rejects.dataUpdatedAt}>
      <Answer of={rejects}>
        {(data) => (
          <DataTable
            name="rejects"
            label={t('reject.title')}
            rows={flat(data)}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('reject.none')}>{t('reject.none_next')}</Empty>}
            more={{
              has: rejects.hasNextPage,
              busy: rejects.isFetchingNextPage,
              load: () => void rejects.fetchNextPage(),
            }}
          />
        )}
      </Answer>
    </Page>
  );
}
