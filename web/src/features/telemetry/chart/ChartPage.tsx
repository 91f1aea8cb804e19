import { Alert, Button, Loader, Paper, Stack, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { Point } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { downloadCsv } from '../../../ui/csv';
import { EChart } from '../../../ui/EChart';
import { Page } from '../../../ui/Page';
import { list } from '../../../ui/search';
import { Empty, ErrorState, Loading } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { chartOption, type Line } from './option';
import { PointPicker } from './PointPicker';
import { RangeBar } from './RangeBar';
import { type Range, rangeOf } from './range';
import { Summary } from './Summary';
import { axesOf, fromAxis } from './series';
import { useLines } from './useLines';

const route = getRouteApi('/app/data/chart');
const CHART_HEIGHT = 'max(340px, 48vh)';
const REFRESH_MS = 60_000;

/** One row for each time, one column for each line. */
function csvRows(lines: readonly Line[], time: string) {
  const rows = new Map<number, (number | null)[]>();
  lines.forEach(({ dots }, index) => {
    for (const [at, value] of dots) {
      if (value === null) continue;
      const row = rows.get(at) ?? lines.map(() => null);
      row[index] = value;
      rows.set(at, row);
    }
  });
  const body = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => [new Date(fromAxis(at)).toISOString(), ...values]);
  return [[time, ...lines.map((line) => `${line.name} [${line.point.unit}]`)], ...body];
}

/** Any points side by side over any time. */
export function ChartPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { id: complex } = useComplex();
  const now = useNow(REFRESH_MS);
  const known = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));

  const chosen = list(search.points);
  const byId = useMemo(() => new Map(known.data?.map((point) => [point.id, point])), [known.data]);
  const points = chosen.flatMap((id): Point[] => {
    const point = byId.get(id);
    return point ? [point] : [];
  });
  const { units, left_out } = axesOf(points);
  const drawn = points.filter((point) => units.includes(point.unit));
  const range = useMemo(() => rangeOf(search, now), [search, now]);
  const names = useMemo(() => new Map(devices.map((each) => [each.id, each])), [devices]);
  const { lines, busy, error, asOf, truncated, hidden, retry } = useLines(
    drawn,
    names,
    range,
    search.compare,
  );
  const option = useMemo(
    () =>
      chartOption(lines, units, range, scheme, {
        ...format,
        clock: (ms) => format.clock(ms, false),
      }),
    [lines, units, range, scheme, format],
  );
  const setRange = ({ from, to }: Range) =>
    navigate({
      search: (old) => ({
        ...old,
        span: undefined,
        from: new Date(Math.round(from)).toISOString(),
        to: new Date(Math.round(to)).toISOString(),
      }),
    });
  const hasData = lines.some((line) => line.dots.length > 0);

  return (
    <Page
      title={t('chart.title')}
      help={t('chart.help')}
      asOf={asOf}
      actions={
        <>
          {busy && <Loader size="sm" aria-label={t('ui.loading')} />}
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            disabled={!hasData}
            onClick={() => downloadCsv('readings', csvRows(lines, t('chart.time_utc')))}
          >
            {t('ui.csv')}
          </Button>
        </>
      }
    >
      <Stack gap="md">
        <PointPicker
          points={known.data ?? []}
          complex={complex}
          chosen={chosen}
          onChange={(next) =>
            navigate({ search: (old) => ({ ...old, points: next.join(',') || undefined }) })
          }
        />
        <RangeBar
          range={range}
          span={search.from ? undefined : (search.span ?? '1d')}
          compare={search.compare}
          onSpan={(span) =>
            navigate({ search: (old) => ({ ...old, span, from: undefined, to: undefined }) })
          }
          onRange={setRange}
          onCompare={(compare) => navigate({ search: (old) => ({ ...old, compare }) })}
        />
        {left_out.length > 0 && (
          <Alert color="yellow" variant="outline" title={t('chart.two_units')}>
            {left_out.map((point) => point.name).join(', ')}
          </Alert>
        )}
        {hidden && <Alert color="yellow" variant="outline" title={t('chart.hidden')} />}
        {truncated && <Alert color="yellow" variant="outline" title={t('chart.truncated')} />}
        {Boolean(error ?? known.error) && <ErrorState error={error ?? known.error} retry={retry} />}
        <Paper withBorder p="sm">
          {chosen.length === 0 ? (
            <Empty title={t('chart.nothing_chosen')}>{t('chart.nothing_chosen_next')}</Empty>
          ) : hasData ? (
            <EChart
              option={option}
              height={CHART_HEIGHT}
              label={t('chart.drawn', { names: lines.map((line) => line.name).join(', ') })}
              onZoom={(from, to) => setRange({ from: fromAxis(from), to: fromAxis(to) })}
            />
          ) : busy || known.isPending ? (
            <Loading />
          ) : (
            <Empty title={t('chart.no_data')}>{t('chart.no_data_next')}</Empty>
          )}
        </Paper>
        {hasData && <Summary lines={lines} range={range} />}
      </Stack>
    </Page>
  );
}
