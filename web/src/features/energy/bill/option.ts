import type { EChartsCoreOption } from 'echarts/core';
import type { Bill } from '../../../api/types';
import type { OfferBills } from './compare';
import { type Part, partsOf, partsUsed } from './lines';

/** The bands from cool to hot; what does not depend on the hour is grey or violet. */
const COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<Part, string>>>> = {
  light: {
    basic: '#58616a',
    light: '#9cc2e5',
    mid: '#2f6fb3',
    peak: '#c2560a',
    flat: '#2f6fb3',
    other: '#8e5aa8',
    tax: '#b1b8be',
  },
  dark: {
    basic: '#a9b1b9',
    light: '#b7d6f2',
    mid: '#4f8fd6',
    peak: '#f08a3c',
    flat: '#4f8fd6',
    other: '#c79be0',
    tax: '#6d7882',
  },
};

interface Words {
  part: (part: Part) => string;
  month: (month: string) => string;
  short: (won: number) => string;
  won: (won: number) => string;
  total: string;
}

interface TipRow {
  dataIndex: number;
  seriesName: string;
  marker: string;
  value: number;
}

function tip(rows: readonly TipRow[], bills: readonly Bill[], words: Words): string {
  const bill = bills[rows[0]?.dataIndex ?? -1];
  if (!bill) return '';
  const body = [...rows]
    .reverse()
    .map(({ marker, seriesName, value }) => `${marker}${seriesName} ${words.won(value)}`);
  const total = `<b>${words.total} ${words.won(bill.total_won)}</b>`;
  return [`<b>${words.month(bill.month)}</b>`, ...body, total].join('<br>');
}

/** A bar for each month, its parts stacked; the chosen month stands out by its edge. */
export function billOption(
  bills: readonly Bill[],
  chosen: string | undefined,
  scheme: 'light' | 'dark',
  words: Words,
): EChartsCoreOption {
  const parts = bills.map(partsOf);
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 8, right: 8, top: 44, bottom: 8, containLabel: true },
    legend: { type: 'scroll', top: 4, left: 0 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow' },
      formatter: (rows: TipRow[]) => tip(rows, bills, words),
    },
    xAxis: {
      type: 'category',
      data: bills.map((bill) => bill.month),
      axisLabel: {
        interval: 0,
        hideOverlap: true,
        formatter: (month: string) => (month === chosen ? `{chosen|${month}}` : month),
        rich: { chosen: { fontWeight: 'bold', textBorderWidth: 0 } },
      },
    },
    yAxis: {
      type: 'value',
      axisLabel: { formatter: (won: number) => words.short(won) },
    },
    series: partsUsed(bills).map((part) => ({
      name: words.part(part),
      type: 'bar',
      stack: 'won',
      barMaxWidth: 56,
      cursor: 'pointer',
      itemStyle: { color: COLOURS[scheme][part] },
      data: parts.map((won, index) => ({
        value: won[part],
        itemStyle: { opacity: bills[index]?.month === chosen ? 1 : 0.62 },
      })),
    })),
  };
}

interface OfferTipRow {
  dataIndex: number;
  seriesId: string;
}

/** What each choice costs in the month under the pointer, and how much of it is basic charge. */
function offersTip(rows: readonly OfferTipRow[], offers: readonly OfferBills[], words: Words) {
  const index = rows[0]?.dataIndex ?? -1;
  const month = offers[0]?.items[index]?.month;
  if (month === undefined) return '';
  const said = offers.map(({ name, items }) => {
    const bill = items[index];
    if (!bill) return name;
    const basic = `${words.part('basic')} ${words.won(partsOf(bill).basic)}`;
    return `${name} <b>${words.won(bill.total_won)}</b> (${basic})`;
  });
  return [`<b>${words.month(month)}</b>`, ...said].join('<br>');
}

/** For each month a bar for each choice, its parts stacked; the parts have one colour in all of them. */
export function offersOption(
  offers: readonly OfferBills[],
  scheme: 'light' | 'dark',
  words: Words,
): EChartsCoreOption {
  const parts = partsUsed(offers.flatMap(({ items }) => items));
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    grid: { left: 8, right: 8, top: 44, bottom: 8, containLabel: true },
    legend: { type: 'scroll', top: 4, left: 0, data: parts.map((part) => words.part(part)) },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow' },
      formatter: (rows: OfferTipRow[]) => offersTip(rows, offers, words),
    },
    xAxis: {
      type: 'category',
      data: offers[0]?.items.map(({ month }) => month) ?? [],
      axisLabel: { interval: 0, hideOverlap: true },
    },
    yAxis: { type: 'value', axisLabel: { formatter: (won: number) => words.short(won) } },
    series: offers.flatMap(({ name, items }) =>
      parts.map((part) => ({
        id: `${name} ${part}`,
        name: words.part(part),
        type: 'bar',
        stack: name,
        barMaxWidth: 28,
        barGap: '12%',
        itemStyle: { color: COLOURS[scheme][part] },
        data: items.map((bill) => partsOf(bill)[part]),
      })),
    ),
  };
}
