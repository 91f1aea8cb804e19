import { Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { flat } from '../../../api/paging';
import { devicesQuery } from '../../../api/registry';
import { rejectsQuery } from '../../../api/telemetry';
import type { Reject } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const route = getRouteApi('/app/data/rejects');

/** What was sent and not taken, and what its sender should do. */
export function RejectsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex } = useComplex();
  const { device, code, q } = route.useSearch();
  const navigate = route.useNavigate();
  const rejects = useInfiniteQuery(rejectsQuery({ complex, device }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const known = new Map(devices.map((each) => [each.key, each]));

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
        const name = known.get(row.device)?.name;
        return name ? `${name} (${row.device})` : row.device;
      },
      render: (row) => {
        const device = known.get(row.device);
        if (!device) return row.device;
        return (
          <AnchorLink to="/registry/devices/$device" params={{ device: device.id }} size="sm">
            {device.name} ({row.device})
          </AnchorLink>
        );
      },
    },
    {
      id: 'fix',
      header: t('reject.fix'),
      value: (row) => t(`reject_fix.${row.code}`, { defaultValue: row.detail }),
      render: (row) => (
        <Stack gap={2} maw={420}>
          <Text size="sm">{t(`reject_fix.${row.code}`, { defaultValue: row.detail })}</Text>
          {row.code === 'unknown_device' && (
            <AnchorLink to="/registry/devices" search={{}} size="sm">
              {t('reject.to_register')}
            </AnchorLink>
          )}
        </Stack>
      ),
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
      hidden: true,
      render: (row) => (
        <Text size="sm" c="dimmed" maw={420}>
          {row.detail}
        </Text>
      ),
    },
    {
      id: 'sample',
      header: t('reject.sample'),
      value: (row) => row.sample,
      render: (row) => (
        <Text size="xs" ff="monospace" lineClamp={2} maw={260} title={row.sample ?? undefined}>
          {row.sample}
        </Text>
      ),
    },
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
            rows={flat(data).filter((row) => !code || row.code === code)}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            filters={
              <Select
                aria-label={t('reject.why')}
                placeholder={t('reject.all_codes')}
                clearable
                value={code ?? null}
                onChange={(next) =>
                  void navigate({ search: (old) => ({ ...old, code: next ?? undefined }) })
                }
                data={[...new Set(flat(data).map((row) => row.code))].map((value) => ({
                  value,
                  label: t(`reject_code.${value}`),
                }))}
              />
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
