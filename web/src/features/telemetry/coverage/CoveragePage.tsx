import { Box, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { establishmentsQuery } from '../../../api/registry';
import { coverageQuery } from '../../../api/telemetry';
import type { Coverage, CoverageRow } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { countsOf, LEVELS, stripOf } from './strip';
import './coverage.css';

const route = getRouteApi('/app/data/coverage');

const HOUR_MS = 3_600_000;
/** What each span shows: its length, and one step of the strip. */
const SPANS = {
  '6h': { ms: 6 * HOUR_MS, bucket: '15m' },
  '1d': { ms: 24 * HOUR_MS, bucket: '1h' },
  '7d': { ms: 7 * 24 * HOUR_MS, bucket: '6h' },
  '30d': { ms: 30 * 24 * HOUR_MS, bucket: '1d' },
} as const;
export type CoverageSpan = keyof typeof SPANS;
const SPAN_NAMES = Object.keys(SPANS) as CoverageSpan[];

const REFRESH_MS = 60_000;
const KINDS = ['sensor', 'meter', 'gateway', 'camera', 'vehicle', 'sign', 'other'] as const;

/** Who sends and who is dark, since when: devices from the darkest on, with a strip of time each. */
export function CoveragePage() {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const { span = '1d', kind, establishment, q } = route.useSearch();
  const navigate = route.useNavigate();
  const now = Math.floor(useNow(REFRESH_MS) / REFRESH_MS) * REFRESH_MS;
  const { ms, bucket } = SPANS[span];
  const from = new Date(now - ms).toISOString();
  const coverage = useQuery(coverageQuery({ complex, from, bucket, kind, establishment }));
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));

  return (
    <Page title={t('coverage.title')} help={t('coverage.help')} asOf={coverage.dataUpdatedAt}>
      <Group mb="sm" gap="sm" align="end">
        <SegmentedControl
          aria-label={t('coverage.span')}
          value={span}
          onChange={(next) =>
            void navigate({ search: (old) => ({ ...old, span: next as CoverageSpan }) })
          }
          data={SPAN_NAMES.map((name) => ({ value: name, label: t(`coverage.span_${name}`) }))}
        />
        <Select
          aria-label={t('coverage.kind')}
          placeholder={t('coverage.kind')}
          clearable
          value={kind ?? null}
          onChange={(next) =>
            void navigate({
              search: (old) => ({ ...old, kind: KINDS.find((known) => known === next) }),
            })
          }
          data={KINDS.map((value) => ({ value, label: t(`device_kind.${value}`) }))}
        />
        <Select
          aria-label={t('coverage.establishment')}
          placeholder={t('coverage.establishment')}
          clearable
          searchable
          value={establishment ?? null}
          onChange={(next) =>
            void navigate({ search: (old) => ({ ...old, establishment: next ?? undefined }) })
          }
          data={sites.map((site) => ({ value: site.id, label: site.name }))}
        />
      </Group>
      <Answer of={coverage}>
        {(data) => (
          <Rows
            data={data}
            search={q ?? ''}
            onSearch={(text) =>
              void navigate({
                search: (old) => ({ ...old, q: text || undefined }),
                replace: true,
              })
            }
          />
        )}
      </Answer>
    </Page>
  );
}

interface RowsProps {
  data: Coverage;
  search: string;
  onSearch: (text: string) => void;
}

function Rows({ data, search, onSearch }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useColumns(data);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" role="status">
          {t('coverage.summary', {
            dark: format.number(data.dark),
            total: format.number(data.total),
          })}
        </Text>
        <Group gap="md">
          {LEVELS.map((level) => (
            <Group key={level} gap={6}>
              <Box
                className="coverage-key"
                style={{ background: `var(--coverage-${level})` }}
                aria-hidden
              />
              <Text size="xs">{t(`coverage.level_${level}`)}</Text>
            </Group>
          ))}
        </Group>
      </Group>
      <DataTable
        name="coverage"
        label={t('coverage.title')}
        rows={data.items}
        columns={columns}
        rowKey={(row) => row.device_id}
        search={search}
        onSearch={onSearch}
        empty={<Empty title={t('coverage.none')}>{t('coverage.none_next')}</Empty>}
      />
    </Stack>
  );
}

function useColumns(data: Coverage): Column<CoverageRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = (share: number) => `${format.number(share * 100, 1)} %`;
  const first = data.starts[0];
  return [
    {
      id: 'device',
      header: t('coverage.device'),
      value: (row) => `${row.name} (${row.device})`,
      render: (row) => (
        <AnchorLink to="/registry/devices/$device" params={{ device: row.device_id }} size="sm">
          {row.name}
        </AnchorLink>
      ),
    },
    {
      id: 'kind',
      header: t('coverage.kind'),
      value: (row) => t(`device_kind.${row.kind}`),
    },
    {
      id: 'dark',
      header: t('coverage.dark_since'),
      value: (row) => (row.is_dark ? (row.last_arrived_at ?? t('coverage.never')) : ''),
      render: (row) => {
        if (!row.is_dark) return t('coverage.alive');
        const since = row.last_arrived_at;
        return (
          <Text size="sm" fw={600}>
            {since ? format.dateTime(since, true) : t('coverage.never')}
          </Text>
        );
      },
    },
    {
      id: 'share',
      header: t('coverage.share'),
      align: 'right',
      value: (row) => row.share,
      render: (row) => (row.share == null ? '–' : percent(row.share)),
    },
    {
      id: 'strip',
      header: first
        ? t('coverage.strip', { from: format.dateTime(first) })
        : t('coverage.strip_empty'),
      value: (row) => row.cells.map((cell) => cell ?? '').join(' '),
      render: (row) => {
        const counts = countsOf(row.cells);
        return (
          <div
            className="coverage-strip"
            role="img"
            aria-label={LEVELS.filter((level) => counts[level] > 0)
              .map((level) => `${t(`coverage.level_${level}`)} ${counts[level]}`)
              .join(', ')}
            style={{ background: stripOf(row.cells) }}
          />
        );
      },
    },
  ];
}
