// An anomaly as a row, a sentence and a chart.
import type { EChartsCoreOption } from 'echarts/core';
import type { Anomalies, Anomaly } from '../../../api/types';

/** A quarter of an hour of kWh as its mean power. */
const KW = 4;
const SLOT_MS = 900_000;

/** Names an event in an address: its kind and its beginning. */
export const keyOf = ({ kind, from }: Pick<Anomaly, 'kind' | 'from'>) => `${kind}@${from}`;

/** The event that an address names; else the first that nobody judged, else the first. */
export const chosenOf = (items: readonly Anomaly[], key: string | undefined) =>
  items.find((item) => keyOf(item) === key) ?? items.find(({ verdict }) => !verdict) ?? items[0];

/** More than expected, kWh; below zero less. */
export const excessOf = ({ actual_kwh, expected_kwh }: Anomaly) => actual_kwh - expected_kwh;

/** The mean price of the difference, won a kWh; absent where there is next to none, or no price is known. */
export function priceOf(item: Anomaly): number | undefined {
  const excess = excessOf(item);
  return item.cost_won == null || Math.abs(excess) < 0.05 ? undefined : item.cost_won / excess;
}

/** What all events that somebody has not called nothing cost together, won; what was not drawn, or has no
 * price, is not counted. */
export const lossOf = ({ items }: Anomalies) =>
  items
    .filter(({ verdict }) => verdict?.verdict !== 'no')
    .reduce((sum, { cost_won }) => sum + Math.max(0, cost_won ?? 0), 0);

/** How much more it takes to tell a kind, per cent: 15 after one “no”; below zero less. */
export const shiftOf = (factor: number) => Math.round((factor - 1) * 100);

/** The quarters of an hour around an event, with whether they belong to it. */
export function profileOf({ profile, from, until }: Anomaly) {
  const start = Date.parse(`${profile.from}+09:00`);
  return profile.actual_kwh.map((actual, n) => {
    const at = start + n * SLOT_MS;
    const expected = profile.expected_kwh[n];
    return {
      at,
      actual: actual == null ? undefined : actual * KW,
      expected: expected == null ? undefined : expected * KW,
      within: at >= Date.parse(`${from}+09:00`) && at < Date.parse(`${until}+09:00`),
    };
  });
}

const COLOURS = {
  light: { actual: '#1e2124', expected: '#0b50d0', within: '#c2560a' },
  dark: { actual: '#ffffff', expected: '#86aff9', within: '#f08a3c' },
};

export interface EventWords {
  actual: string;
  expected: string;
  within: string;
  at: (at: number) => string;
  kw: (kw: number | undefined) => string;
}

/** What was drawn against what was expected; the hours of the event stand on a ground. */
export function eventOption(
  item: Anomaly,
  scheme: 'light' | 'dark',
  words: EventWords,
): EChartsCoreOption {
  const rows = profileOf(item);
  const colour = COLOURS[scheme];
  const top = Math.max(1, ...rows.map((row) => Math.max(row.actual ?? 0, row.expected ?? 0))) * 1.1;
  const line = { type: 'line', showSymbol: false, symbol: 'none' } as const;
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 8, right: 16, top: 60, bottom: 8, containLabel: true },
    legend: { type: 'scroll', top: 2, left: 0, selectedMode: false },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: ([first]: { dataIndex: number }[]) => {
        const row = rows[first?.dataIndex ?? -1];
        if (!row) return '';
        return [
          `<b>${words.at(row.at)}</b>`,
          `${words.actual} <b>${words.kw(row.actual)}</b>`,
          `${words.expected} ${words.kw(row.expected)}`,
        ].join('<br>');
      },
    },
    xAxis: {
      type: 'category',
      data: rows.map(({ at }) => words.at(at)),
      axisLabel: { hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      name: 'kW',
      nameTextStyle: { align: 'left' },
      min: 0,
      max: top,
      axisLabel: { showMaxLabel: false },
    },
    series: [
      {
        name: words.within,
        type: 'bar',
        barWidth: '100%',
        silent: true,
        itemStyle: { color: colour.within, opacity: 0.16 },
        data: rows.map(({ within }) => (within ? top : null)),
      },
      {
        ...line,
        name: words.expected,
        lineStyle: { color: colour.expected, width: 2, type: 'dashed' },
        itemStyle: { color: colour.expected },
        data: rows.map(({ expected }) => expected ?? null),
      },
      {
        ...line,
        name: words.actual,
        lineStyle: { color: colour.actual, width: 2.5 },
        itemStyle: { color: colour.actual },
        data: rows.map(({ actual }) => actual ?? null),
      },
    ],
  };
}
