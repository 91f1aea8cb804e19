// The fan of a day: what is expected, between which bounds, and what was drawn.
import type { EChartsCoreOption } from 'echarts/core';
import type { Forecast } from '../../../api/types';

/** A quarter of an hour of kWh as its mean power. */
const KW = 4;

/** When a quarter of an hour begins: `13:45`. */
export function clockOf(slot: number): string {
  const minutes = slot * 15;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export interface FanRow {
  at: string;
  p10: number;
  p50: number;
  p90: number;
  actual: number | undefined;
  counts: boolean;
}

/** A row for each quarter of an hour, kW. */
export const fanRows = (forecast: Forecast): FanRow[] =>
  forecast.p50_kwh.map((p50, slot) => ({
    at: clockOf(slot),
    p10: (forecast.p10_kwh[slot] ?? p50) * KW,
    p50: p50 * KW,
    p90: (forecast.p90_kwh[slot] ?? p50) * KW,
    actual: forecast.actual_kwh[slot] == null ? undefined : forecast.actual_kwh[slot] * KW,
    counts: forecast.counts[slot] ?? false,
  }));

/** How likely the day is to raise the billing demand. */
export type Risk = 'none_counts' | 'unknown' | 'likely' | 'possible' | 'unlikely';

export function riskOf({ counting_peak, billing_demand_kw }: Forecast): Risk {
  if (billing_demand_kw == null) return 'unknown';
  if (!counting_peak) return 'none_counts';
  if (counting_peak.p50_kw > billing_demand_kw) return 'likely';
  return counting_peak.p90_kw > billing_demand_kw ? 'possible' : 'unlikely';
}

/** The largest counting quarter of an hour that was drawn so far; absent when none is known. */
export function drawnPeak(rows: readonly FanRow[]): FanRow | undefined {
  const known = rows.filter(({ counts, actual }) => counts && actual !== undefined);
  return known.reduce<FanRow | undefined>(
    (most, row) => ((row.actual ?? 0) > (most?.actual ?? -1) ? row : most),
    undefined,
  );
}

const COLOURS = {
  light: { fan: '#0b50d0', actual: '#1e2124', demand: '#c2560a', quiet: '#58616a' },
  dark: { fan: '#86aff9', actual: '#ffffff', demand: '#f08a3c', quiet: '#a9b1b9' },
};

export interface FanWords {
  band: string;
  middle: string;
  actual: string;
  demand: string;
  quiet: string;
  kw: (kw: number) => string;
  range: (low: number, high: number) => string;
}

interface TipRow {
  dataIndex: number;
}

function tip(row: FanRow | undefined, demand: number | undefined, words: FanWords): string {
  if (!row) return '';
  const lines = [
    `<b>${row.at}</b>`,
    row.actual !== undefined && `${words.actual} <b>${words.kw(row.actual)}</b>`,
    `${words.middle} ${words.kw(row.p50)}`,
    `${words.band} ${words.range(row.p10, row.p90)}`,
    row.counts ? demand !== undefined && `${words.demand} ${words.kw(demand)}` : words.quiet,
  ];
  return lines.filter(Boolean).join('<br>');
}

/** Bounds as an area, the middle and what was drawn as lines, and the billing demand where it can be raised. */
export function fanOption(
  forecast: Forecast,
  scheme: 'light' | 'dark',
  words: FanWords,
): EChartsCoreOption {
  const rows = fanRows(forecast);
  const colour = COLOURS[scheme];
  const demand = forecast.billing_demand_kw ?? undefined;
  const top =
    Math.max(demand ?? 0, ...rows.map((row) => Math.max(row.p90, row.actual ?? 0))) * 1.08;
  const line = { type: 'line', showSymbol: false, symbol: 'none' } as const;
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 8, right: 16, top: 64, bottom: 8, containLabel: true },
    legend: { type: 'scroll', top: 4, left: 0, selectedMode: false },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: ([first]: TipRow[]) => tip(rows[first?.dataIndex ?? -1], demand, words),
    },
    xAxis: {
      type: 'category',
      data: rows.map(({ at }) => at),
      axisLabel: { interval: 7, hideOverlap: true },
      axisTick: { interval: 7 },
    },
    yAxis: {
      type: 'value',
      name: 'kW',
      nameTextStyle: { align: 'left' },
      min: 0,
      max: top || 1,
      axisLabel: { showMaxLabel: false },
    },
    series: [
      {
        name: words.quiet,
        type: 'bar',
        barWidth: '100%',
        silent: true,
        itemStyle: { color: colour.quiet, opacity: 0.13 },
        data: rows.map(({ counts }) => (counts ? null : top || 1)),
      },
      {
        ...line,
        stack: 'fan',
        silent: true,
        lineStyle: { opacity: 0 },
        data: rows.map(({ p10 }) => p10),
        legendHoverLink: false,
      },
      {
        ...line,
        name: words.band,
        stack: 'fan',
        silent: true,
        lineStyle: { opacity: 0 },
        itemStyle: { color: colour.fan, opacity: 0.35 },
        areaStyle: { color: colour.fan, opacity: 0.22 },
        data: rows.map(({ p10, p90 }) => p90 - p10),
      },
      {
        ...line,
        name: words.middle,
        lineStyle: { color: colour.fan, width: 2, type: 'dashed' },
        itemStyle: { color: colour.fan },
        data: rows.map(({ p50 }) => p50),
      },
      {
        ...line,
        name: words.actual,
        lineStyle: { color: colour.actual, width: 2.5 },
        itemStyle: { color: colour.actual },
        data: rows.map(({ actual }) => actual ?? null),
      },
      ...(demand === undefined
        ? []
        : [
            {
              ...line,
              name: words.demand,
              lineStyle: { color: colour.demand, width: 2 },
              itemStyle: { color: colour.demand },
              data: rows.map(({ counts }) => (counts ? demand : null)),
            },
          ]),
    ],
  };
}
