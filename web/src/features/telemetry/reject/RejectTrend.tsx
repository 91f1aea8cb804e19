import { Paper, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reject } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { COLOURS } from '../chart/option';
import { type By, REST, type Span, trendOf } from './trend';

const HEIGHT = 220;
const HOUR_MS = 3_600_000;
const INK = { light: '#33363d', dark: '#c6cbd0' };
const GRID = { light: '#d6d9dd', dark: '#363b43' };

interface RejectTrendProps {
  rows: readonly Reject[];
  span: Span;
  by: By;
  now: number;
  nameOf: (key: string) => string;
  /** Start of the bar that was picked. */
  onPick: (start: number) => void;
}

/** How many were refused over time, in parts by reason or by device. */
export function RejectTrend({ rows, span, by, now, nameOf, onPick }: RejectTrendProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const { starts, bars, bucket } = useMemo(
    () => trendOf(rows, span, by, now),
    [rows, span, by, now],
  );
  const option = useMemo(
    () => ({
      animation: false,
      color: COLOURS[scheme],
      textStyle: { fontFamily: 'Pretendard GOV, sans-serif' },
      grid: { left: 48, right: 12, top: 34, bottom: 26 },
      legend: { top: 0, type: 'scroll', textStyle: { color: INK[scheme] } },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true },
      xAxis: {
        type: 'category',
        data: starts.map(bucket > HOUR_MS ? format.day : format.short),
        axisLabel: { color: INK[scheme] },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        axisLabel: { color: INK[scheme] },
        splitLine: { lineStyle: { color: GRID[scheme] } },
      },
      series: bars.map(({ key, counts }) => ({
        type: 'bar',
        stack: 'all',
        name: key === REST ? t('reject.rest') : nameOf(key),
        data: counts,
        barMaxWidth: 28,
      })),
    }),
    [starts, bars, bucket, scheme, t, nameOf, format],
  );
  return (
    <Paper withBorder p="sm">
      <EChart
        option={option}
        height={HEIGHT}
        label={t('reject.drawn')}
        onPick={(index) => {
          const start = starts[index];
          if (start !== undefined) onPick(start);
        }}
      />
    </Paper>
  );
}
