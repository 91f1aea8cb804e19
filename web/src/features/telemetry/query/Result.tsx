import { Alert, Button, Group, Paper, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { complexesQuery, establishmentsQuery } from '../../../api/registry';
import type { SeriesValues } from '../../../api/types';
import { decimalsOf, unitLabel } from '../../../app/units';
import { QualityFlags } from '../../../app/vocabulary/Reading';
import { type Column, DataTable } from '../../../ui/DataTable';
import { EChart } from '../../../ui/EChart';
import { AnchorLink } from '../../../ui/links';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { chartOption, type Line } from '../chart/option';
import type { Range } from '../chart/range';
import { type Dot, toAxis } from '../chart/series';
import { BUCKET_MS, fileAddress, type Group as Grouping, type queryOf } from './choice';

/** Lines that a reader can still tell apart; the table and the file have all. */
const LINES_MAX = 12;
const ROWS_MAX = 500;
const CHART_HEIGHT = 'max(300px, 40vh)';

interface ResultProps {
  answer: { series: SeriesValues[]; hidden: number };
  query: ReturnType<typeof queryOf>;
  range: Range;
  group: Grouping;
}

interface Row {
  key: string;
  name: string;
  series: SeriesValues;
  item: SeriesValues['items'][number];
}

/** The name of each line: of the point, or of what it is the sum of. */
function useNames(series: readonly SeriesValues[], group: Grouping): string[] {
  const { t } = useTranslation();
  const { data: establishments = [] } = useQuery(establishmentsQuery(undefined));
  const { data: complexes = [] } = useQuery(complexesQuery);
  const tenant = new Map(establishments.map((each) => [each.id, each.name]));
  const complex = new Map(complexes.map((each) => [each.id, each.name]));
  return series.map((one) => {
    if (group === 'point') return `${one.device_key ?? ''} · ${one.name ?? ''}`;
    const quantity = t(`quantity.${one.quantity}`, { defaultValue: one.quantity });
    if (group === 'quantity') return quantity;
    const own = tenant.get(one.establishment_id ?? '');
    const whose = own ?? complex.get(one.complex_id ?? '') ?? t('query.of_complex');
    return `${whose} · ${quantity}`;
  });
}

const dots = (one: SeriesValues): Dot[] =>
  one.items.map(({ at, value }) => [toAxis(Date.parse(at)), value ?? null]);

export function Result({ answer, query, range, group }: ResultProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const series = answer.series.filter((one) => one.items.length > 0);
  const names = useNames(series, group);
  const units = [...new Set(series.map((one) => one.unit))].slice(0, 2);
  const lines = series.flatMap((one, index): Line[] =>
    units.includes(one.unit)
      ? [
          {
            name: names[index] ?? '',
            point: { unit: one.unit, quantity: one.quantity, kind: 'gauge' },
            dots: dots(one),
            former: false,
          },
        ]
      : [],
  );
  const drawn = lines.slice(0, LINES_MAX);
  const option = chartOption(drawn, units, range, scheme, {
    ...format,
    clock: (ms) => format.clock(ms, false),
  });
  const filled = series.reduce(
    (sum, one) => sum + one.items.filter((item) => item.filled).length,
    0,
  );
  if (series.length === 0) {
    return (
      <Paper withBorder>
        <Empty title={t('chart.no_data')}>
          {answer.hidden > 0
            ? t('query.hidden', { count: answer.hidden })
            : t('query.no_data_next')}
        </Empty>
      </Paper>
    );
  }
  const notes = [
    lines.length > LINES_MAX && t('query.lines_max', { shown: LINES_MAX, all: series.length }),
    lines.length < series.length && t('query.units_max'),
    filled > 0 && t('query.filled_count', { count: filled }),
    answer.hidden > 0 && t('query.hidden', { count: answer.hidden }),
    series.some((one) => one.hidden) && t('chart.hidden'),
  ].filter((note) => typeof note === 'string');
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t('query.asked', { bucket: t(`query.bucket_${query.bucket}`), n: series.length })}
        </Text>
        <Button
          component="a"
          href={fileAddress(query)}
          download="readings.csv"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('query.file')}
        </Button>
      </Group>
      {notes.length > 0 && (
        <Alert color="yellow" variant="outline">
          {notes.map((note) => (
            <Text size="sm" key={note}>
              {note}
            </Text>
          ))}
        </Alert>
      )}
      <Paper withBorder p="sm">
        <EChart
          option={option}
          height={CHART_HEIGHT}
          label={t('chart.drawn', { names: drawn.map((line) => line.name).join(', ') })}
        />
      </Paper>
      <Values series={series} names={names} group={group} bucket={query.bucket} />
    </Stack>
  );
}

function Values({
  series,
  names,
  group,
  bucket,
}: {
  series: readonly SeriesValues[];
  names: readonly string[];
  group: Grouping;
  bucket: keyof typeof BUCKET_MS;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useMemo(
    () =>
      series
        .flatMap((one, index): Row[] =>
          one.items.map((item) => ({
            key: `${index}@${item.at}`,
            name: names[index] ?? '',
            series: one,
            item,
          })),
        )
        .sort((a, b) => b.item.at.localeCompare(a.item.at)),
    [series, names],
  );
  const columns: Column<Row>[] = [
    {
      id: 'at',
      header: t('query.at'),
      value: (row) => row.item.at,
      render: (row) => format.dateTime(row.item.at),
    },
    { id: 'name', header: t('query.name'), value: (row) => row.name },
    {
      id: 'value',
      header: t('query.value'),
      align: 'right',
      value: (row) => row.item.value,
      render: (row) =>
        row.item.value === null ? (
          '–'
        ) : (
          <span className={row.item.filled ? 'old-value' : undefined}>
            {format.number(row.item.value, decimalsOf(row.series))}
          </span>
        ),
    },
    {
      id: 'unit',
      header: t('query.unit'),
      value: (row) => unitLabel(row.series.unit, row.series.quantity),
    },
    {
      id: 'quality',
      header: t('query.quality'),
      value: (row) => (row.item.filled ? t('query.filled') : row.item.quality.join(' ')),
      render: (row) =>
        row.item.filled ? t('query.filled') : <QualityFlags flags={row.item.quality} />,
    },
    {
      id: 'points',
      header: t('query.of_points'),
      align: 'right',
      hidden: group === 'point',
      value: (row) => `${row.item.points ?? 1}/${row.series.points}`,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      hidden: group !== 'point',
      value: () => undefined,
      render: (row) => (
        <AnchorLink
          to="/data/corrections"
          search={{
            point: row.series.point_id ?? undefined,
            from: row.item.at,
            to: new Date(Date.parse(row.item.at) + BUCKET_MS[bucket]).toISOString(),
          }}
          size="sm"
        >
          {t('correction.title')}
        </AnchorLink>
      ),
    },
  ];
  return (
    <Stack gap={4}>
      {rows.length > ROWS_MAX && (
        <Text size="sm" c="dimmed">
          {t('query.rows_max', { shown: format.number(ROWS_MAX), all: format.number(rows.length) })}
        </Text>
      )}
      <DataTable
        key={group === 'point' ? 'points' : 'groups'}
        name={group === 'point' ? 'query' : 'query_groups'}
        label={t('query.values')}
        rows={rows.slice(0, ROWS_MAX)}
        columns={columns}
        rowKey={(row) => row.key}
        empty={<Empty title={t('chart.no_data')} />}
      />
    </Stack>
  );
}
