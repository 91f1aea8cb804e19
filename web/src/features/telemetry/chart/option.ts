import type { EChartsCoreOption } from 'echarts/core';
import type { Point } from '../../../api/types';
import { decimalsOf, unitLabel } from '../../../app/units';
import type { Range } from './range';
import { type Dot, fromAxis, toAxis } from './series';

export interface Line {
  name: string;
  point: Pick<Point, 'unit' | 'quantity' | 'kind' | 'decimals'> & { id?: string };
  dots: Dot[];
  /** A former period, laid under the present one. */
  former: boolean;
}

interface Words {
  dateTime: (ms: number) => string;
  short: (ms: number) => string;
  day: (ms: number) => string;
  clock: (ms: number) => string;
  number: (value: number, decimals: number) => string;
}

interface TipRow {
  seriesIndex: number;
  marker: string;
  seriesName: string;
  value: Dot;
}

/** Colours that stay apart for the colour-blind, on light and on dark ground. */
export const COLOURS = {
  light: ['#0b50d0', '#c2560a', '#1f7a3a', '#9b0b7a', '#5c4300', '#00707a'],
  dark: ['#86aff9', '#f5a35c', '#7ec88e', '#f08ad4', '#e0c050', '#5cc7cf'],
};
const DAY_MS = 86_400_000;

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function tip(rows: TipRow[], lines: readonly Line[], words: Words): string {
  const [first] = rows;
  if (!first) return '';
  const head = `<b>${words.dateTime(fromAxis(first.value[0]))}</b>`;
  const body = rows.flatMap(({ marker, seriesName, seriesIndex, value }) => {
    const point = lines[seriesIndex]?.point;
    if (value[1] === null || !point) return [];
    const shown = words.number(value[1], decimalsOf(point));
    return [
      `${marker}${escaped(seriesName)} <b>${shown}</b> ${escaped(unitLabel(point.unit, point.quantity))}`,
    ];
  });
  return [head, ...body].join('<br>');
}

/** The whole picture: one axis for each unit, steps for amounts, lines for states. */
export function chartOption(
  lines: readonly Line[],
  units: readonly string[],
  range: Range,
  scheme: 'light' | 'dark',
  words: Words,
): EChartsCoreOption {
  const long = range.to - range.from > 3 * DAY_MS;
  return {
    animation: false,
    useUTC: true,
    color: COLOURS[scheme],
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 12, right: 16, top: 56, bottom: 64, containLabel: true },
    legend: { type: 'scroll', top: 4, left: 0 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (rows: TipRow[]) => tip(rows, lines, words),
    },
    xAxis: {
      type: 'time',
      min: toAxis(range.from),
      max: toAxis(range.to),
      axisLabel: {
        hideOverlap: true,
        formatter: (at: number) => {
          const ms = fromAxis(at);
          const midnight = at % DAY_MS === 0;
          if (long) return midnight ? words.day(ms) : words.clock(ms);
          return midnight ? words.short(ms) : words.clock(ms);
        },
      },
    },
    yAxis: units.map((unit, index) => ({
      type: 'value',
      scale: true,
      name: unitLabel(unit),
      nameTextStyle: { align: index === 0 ? 'left' : 'right' },
      position: index === 0 ? 'left' : 'right',
      splitLine: { show: index === 0 },
    })),
    dataZoom: [
      { type: 'inside', zoomOnMouseWheel: true, moveOnMouseMove: true, filterMode: 'none' },
      { type: 'slider', height: 26, bottom: 8, filterMode: 'none', showDetail: false },
    ],
    series: lines.map(({ name, point, dots, former }) => ({
      name,
      type: 'line',
      data: dots,
      yAxisIndex: Math.max(0, units.indexOf(point.unit)),
      step: point.kind === 'interval' ? 'end' : false,
      showSymbol: dots.length < 60,
      symbolSize: 4,
      connectNulls: false,
      sampling: dots.length > 4_000 ? 'minmax' : undefined,
      lineStyle: { width: former ? 1.3 : 1.8, type: former ? 'dashed' : 'solid' },
    })),
  };
}
