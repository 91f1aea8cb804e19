import type { EChartsCoreOption } from 'echarts/core';
import type { MeasureResult } from '../../../api/types';

type Scheme = 'light' | 'dark';
type Row = [string, number | null];

const COLOURS = {
  light: { observed: '#0b50d0', model: '#b4500a', saved: '#1a7f4b', zero: '#8a949e' },
  dark: { observed: '#86aff9', model: '#f08a3c', saved: '#63c793', zero: '#8a949e' },
};
const FONT = { fontFamily: "'Pretendard GOV', sans-serif" };
/** Lines of so few points need marks. */
const FEW = 40;

export interface ChartWords {
  observed: string;
  fitted: string;
  predicted: string;
  band: string;
  saved: string;
  kwh: (value: number) => string;
  day: (on: string) => string;
}

interface TipRow {
  axisValue: number;
  seriesName: string;
  marker: string;
  value: Row;
}

/** The rows that have a name and a value, under their day. */
const tip = (words: ChartWords, after: (on: string) => string) => (rows: TipRow[]) => {
  const on = rows.find((row) => row.value[1] !== null)?.value[0];
  if (!on) return '';
  const said = rows
    .filter(({ seriesName, value }) => value[1] !== null && !seriesName.startsWith('\u200b'))
    .map(({ marker, seriesName, value }) => `${marker}${seriesName} ${words.kwh(value[1] ?? 0)}`);
  return [`<b>${words.day(on)}</b>`, ...said, after(on)].filter(Boolean).join('<br>');
};

/** A line that no legend names: the lower edge of a band, and the band upon it. */
function band(stack: string, name: string, color: string, low: Row[], high: Row[]) {
  const width: Row[] = high.map(([on, top], index) => {
    const bottom = low[index]?.[1];
    return [on, top === null || bottom === null || bottom === undefined ? null : top - bottom];
  });
  const common = {
    type: 'line',
    stack,
    stackStrategy: 'all',
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
    itemStyle: { color, opacity: 0.25 },
    emphasis: { disabled: true },
  };
  return [
    { ...common, name: `\u200b${stack}`, data: low },
    { ...common, name: `\u200b${name}`, data: width, areaStyle: { color, opacity: 0.16 } },
  ];
}

const frame = (count: number) => ({
  animation: false,
  textStyle: FONT,
  grid: { left: 8, right: 16, top: 60, bottom: 8, containLabel: true },
  xAxis: {
    type: 'time',
    axisLabel: {
      hideOverlap: true,
      formatter: { year: '{yyyy}-{MM}', month: '{yyyy}-{MM}', day: '{MM}-{dd}' },
    },
  },
  showSymbol: count <= FEW,
});

/** What was drawn beside what the model says, with the interval of a single period in the report. */
export function baselineOption(
  result: MeasureResult,
  scheme: Scheme,
  words: ChartWords,
): EChartsCoreOption {
  const colours = COLOURS[scheme];
  const { baseline, reporting, model } = result;
  const { showSymbol, xAxis, ...rest } = frame(baseline.on.length + reporting.on.length);
  const rows = (on: readonly string[], values: readonly number[]): Row[] =>
    on.map((day, index) => [day, values[index] ?? null]);
  const half = model.period_plus_minus_kwh;
  const edge = (by: number) =>
    rows(
      reporting.on,
      reporting.model_kwh.map((kwh) => kwh + by),
    );
  const gap: Row[] = reporting.on[0] ? [[reporting.on[0], null]] : [];
  const line = (name: string, color: string, data: Row[], extra: object = {}) => ({
    name,
    type: 'line',
    data,
    showSymbol,
    symbolSize: 5,
    connectNulls: false,
    lineStyle: { color, width: 1.5, ...extra },
    itemStyle: { color },
  });
  return {
    ...rest,
    legend: {
      type: 'scroll',
      top: 4,
      left: 0,
      data: [words.observed, words.fitted, words.predicted],
    },
    tooltip: { trigger: 'axis', confine: true, formatter: tip(words, () => '') },
    xAxis,
    yAxis: { type: 'value', name: 'kWh', nameTextStyle: { align: 'left' }, scale: true },
    series: [
      ...band('band', words.band, colours.model, edge(-half), edge(half)),
      line(words.observed, colours.observed, [
        ...rows(baseline.on, baseline.kwh),
        ...gap,
        ...rows(reporting.on, reporting.kwh),
      ]),
      line(words.fitted, colours.model, rows(baseline.on, baseline.model_kwh), { type: 'dashed' }),
      line(words.predicted, colours.model, rows(reporting.on, reporting.model_kwh)),
    ],
  };
}

/** The saving as it grew, with its interval. */
export function cumulativeOption(
  result: MeasureResult,
  scheme: Scheme,
  words: ChartWords,
): EChartsCoreOption {
  const colours = COLOURS[scheme];
  const { reporting, cumulative } = result;
  const { showSymbol, xAxis, ...rest } = frame(reporting.on.length);
  const rows = (by: -1 | 0 | 1): Row[] =>
    reporting.on.map((on, index) => {
      const step = cumulative[index];
      return [on, step ? step.kwh + by * step.plus_minus_kwh : null];
    });
  const half = new Map(reporting.on.map((on, index) => [on, cumulative[index]?.plus_minus_kwh]));
  return {
    ...rest,
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: tip(words, (on) => `${words.band} ± ${words.kwh(half.get(on) ?? 0)}`),
    },
    legend: { type: 'scroll', top: 4, left: 0, data: [words.saved] },
    xAxis,
    yAxis: { type: 'value', name: 'kWh', nameTextStyle: { align: 'left' } },
    series: [
      ...band('band', words.band, colours.saved, rows(-1), rows(1)),
      {
        name: words.saved,
        type: 'line',
        data: rows(0),
        showSymbol,
        lineStyle: { color: colours.saved, width: 2 },
        itemStyle: { color: colours.saved },
      },
      {
        name: '\u200bzero',
        type: 'line',
        silent: true,
        showSymbol: false,
        data: [reporting.on[0], reporting.on.at(-1)].map((on) => [on, 0]),
        lineStyle: { color: colours.zero, width: 1, type: 'dotted' },
      },
    ],
  };
}
