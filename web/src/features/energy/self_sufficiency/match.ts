// Consumption and generation of periods as stacked bars: what was matched, what was not, what was too much.
import type { EChartsCoreOption } from 'echarts/core';
import type { SelfSufficiency } from '../../../api/types';

export type By = 'hour' | 'day' | 'month';

export interface Bar {
  at: string;
  /** Consumption that generation of the same hours covered. */
  matched: number | null;
  /** Consumption that came from elsewhere. */
  unmatched: number | null;
  /** Generation that nobody used in its hour. */
  surplus: number | null;
}

const LENGTH: Readonly<Record<By, number>> = { hour: 16, day: 10, month: 7 };

/** One bar for each period; where nothing is known there is none. */
export function barsOf(items: SelfSufficiency['items'], by: By): Bar[] {
  return items.map(({ at, figures }) => ({
    at: at.slice(0, LENGTH[by]).replace('T', ' '),
    matched: figures ? figures.matched_kwh : null,
    unmatched: figures ? Math.max(0, figures.consumption_kwh - figures.matched_kwh) : null,
    surplus: figures ? Math.max(0, figures.generation_kwh - figures.matched_kwh) : null,
  }));
}

export const PARTS = ['matched', 'unmatched', 'surplus'] as const;
export type PartOfBar = (typeof PARTS)[number];

const COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<PartOfBar, string>>>> = {
  light: { matched: '#2e7d32', unmatched: '#9cc2e5', surplus: '#e0a100' },
  dark: { matched: '#7bc67e', unmatched: '#4f6f8f', surplus: '#f2c14e' },
};

interface TipRow {
  axisValue: string;
  marker: string;
  seriesName: string;
  value: number | null;
}

export function matchOption(
  bars: readonly Bar[],
  scheme: 'light' | 'dark',
  word: (part: PartOfBar) => string,
  kwh: (value: number | null) => string,
): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 8, right: 8, top: 52, bottom: 8, containLabel: true },
    legend: { top: 4, left: 0 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow' },
      formatter: (rows: TipRow[]) =>
        [
          `<b>${rows[0]?.axisValue ?? ''}</b>`,
          ...rows.map(({ marker, seriesName, value }) => `${marker}${seriesName} ${kwh(value)}`),
        ].join('<br>'),
    },
    xAxis: { type: 'category', data: bars.map((bar) => bar.at), axisLabel: { hideOverlap: true } },
    yAxis: { type: 'value', name: 'kWh', nameTextStyle: { align: 'left' } },
    series: PARTS.map((part) => ({
      name: word(part),
      type: 'bar',
      stack: part === 'surplus' ? 'surplus' : 'consumption',
      barMaxWidth: 36,
      itemStyle: { color: COLOURS[scheme][part] },
      data: bars.map((bar) => bar[part]),
    })),
  };
}

/** The days of some months until yesterday, at most so many months back. */
export function daysFrom(
  months: { from: string; to: string },
  yesterday: string,
  months_max: number,
): { from: string; to: string } {
  const [year = 0, of = 1] = months.to.split('-').map(Number);
  const end = new Date(Date.UTC(year, of, 0)).toISOString().slice(0, 10);
  const least = new Date(Date.UTC(year, of - months_max, 1)).toISOString().slice(0, 10);
  const from = `${months.from}-01`;
  return { from: from < least ? least : from, to: end < yesterday ? end : yesterday };
}
