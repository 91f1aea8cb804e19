import type { EChartsCoreOption } from 'echarts/core';
import type { Dispatch } from '../../../api/types';

type Scheme = 'light' | 'dark';

const COLOURS = {
  light: {
    load: '#58616a',
    grid: '#0b50d0',
    charge: '#2f8f4e',
    discharge: '#c2560a',
    stored: '#8e5aa8',
  },
  dark: {
    load: '#a9b1b9',
    grid: '#86aff9',
    charge: '#63c98a',
    discharge: '#f08a3c',
    stored: '#c79be0',
  },
} as const;

export type Word = 'load' | 'grid' | 'charge' | 'discharge' | 'stored' | 'before' | 'after';

interface Words {
  name: (word: Word) => string;
  number: (value: number) => string;
  month: (month: string) => string;
}

const QUARTERS = Array.from({ length: 96 }, (_, slot) => {
  const minutes = slot * 15;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
});

const base = {
  animation: false,
  textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
  legend: { type: 'scroll', top: 0, left: 8, right: 16 },
};

/** A day: load and grid as lines, the battery as bars (giving below zero), energy stored below. */
export function dayOption(day: Dispatch['day'], scheme: Scheme, words: Words): EChartsCoreOption {
  const colours = COLOURS[scheme];
  const axis = (gridIndex: number, shown: boolean) => ({
    type: 'category',
    gridIndex,
    data: QUARTERS,
    axisLabel: { show: shown, interval: 11, hideOverlap: true },
    axisTick: { show: shown, interval: 11 },
  });
  const value = (gridIndex: number, name: string) => ({
    type: 'value',
    gridIndex,
    name,
    nameTextStyle: { align: 'left' },
    splitNumber: gridIndex === 0 ? 5 : 2,
  });
  const line = (word: Word, data: number[], color: string, more: object = {}) => ({
    type: 'line',
    step: 'end',
    name: words.name(word),
    showSymbol: false,
    data,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    ...more,
  });
  const bar = (word: Word, data: number[], color: string) => ({
    type: 'bar',
    stack: 'battery',
    name: words.name(word),
    data,
    barCategoryGap: '0%',
    itemStyle: { color },
  });
  return {
    ...base,
    grid: [
      { left: 64, right: 24, top: 40, height: 210 },
      { left: 64, right: 24, top: 296, height: 64 },
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      trigger: 'axis',
      confine: true,
      valueFormatter: (value: number) => words.number(Math.abs(value)),
    },
    xAxis: [axis(0, false), axis(1, true)],
    yAxis: [value(0, 'kW'), value(1, 'kWh')],
    series: [
      line('load', day.load_kw, colours.load, {
        lineStyle: { color: colours.load, width: 2, type: 'dashed' },
      }),
      line('grid', day.grid_kw, colours.grid),
      bar('charge', day.charge_kw, colours.charge),
      bar(
        'discharge',
        day.discharge_kw.map((kw) => -kw),
        colours.discharge,
      ),
      line('stored', day.stored_kwh, colours.stored, {
        xAxisIndex: 1,
        yAxisIndex: 1,
        areaStyle: { color: colours.stored, opacity: 0.16 },
      }),
    ],
  };
}

/** The billing demand of each month, without the battery and with it. */
export function monthsOption(
  months: Dispatch['months'],
  scheme: Scheme,
  words: Words,
): EChartsCoreOption {
  const colours = COLOURS[scheme];
  const bar = (word: Word, data: number[], color: string) => ({
    type: 'bar',
    name: words.name(word),
    data,
    itemStyle: { color },
    barMaxWidth: 26,
  });
  return {
    ...base,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow' },
      valueFormatter: (value: number) => `${words.number(value)} kW`,
    },
    xAxis: { type: 'category', data: months.map(({ month }) => words.month(month)) },
    yAxis: { type: 'value', name: 'kW', nameTextStyle: { align: 'left' } },
    series: [
      bar(
        'before',
        months.map((month) => month.billed_before_kw),
        colours.load,
      ),
      bar(
        'after',
        months.map((month) => month.billed_after_kw),
        colours.grid,
      ),
    ],
  };
}
