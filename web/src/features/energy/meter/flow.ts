// A flow as a chart draws it: names, colours, widths.
import type { EChartsCoreOption } from 'echarts/core';
import type { MeterFlow } from '../../../api/types';

export type FlowRole = MeterFlow['nodes'][number]['role'];

/** Each role by its own colour; the word beside it carries the meaning. */
const COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<FlowRole, string>>>> = {
  light: {
    grid: '#58616a',
    meter: '#2f6fb3',
    generator: '#2e7d32',
    charge: '#8e5aa8',
    discharge: '#8e5aa8',
    fed_back: '#58616a',
    rest: '#c2560a',
    excess: '#b3261e',
    unshown: '#8a8f94',
  },
  dark: {
    grid: '#a9b1b9',
    meter: '#4f8fd6',
    generator: '#7bc67e',
    charge: '#c79be0',
    discharge: '#c79be0',
    fed_back: '#a9b1b9',
    rest: '#f08a3c',
    excess: '#ff8a80',
    unshown: '#8f979e',
  },
};
const INK = { light: '#1e2124', dark: '#f1f3f5' };

/** What a place of the flow is called. */
export type NameOf = (role: FlowRole, meter: string) => string;

/** The links by name, the largest first: what the chart shows, for who reads numbers. */
export function flowRows(flow: MeterFlow, name: NameOf) {
  const names = new Map(flow.nodes.map((node) => [node.key, name(node.role, node.meter_id)]));
  return [...flow.links]
    .sort((a, b) => b.kwh - a.kwh)
    .map(({ from, to, kwh }) => ({ from: names.get(from), to: names.get(to), kwh }));
}

export function flowOption(
  flow: MeterFlow,
  scheme: 'light' | 'dark',
  name: NameOf,
  kwh: (value: number) => string,
): EChartsCoreOption {
  const names = new Map(flow.nodes.map((node) => [node.key, name(node.role, node.meter_id)]));
  interface Shown {
    dataType: 'node' | 'edge';
    name: string;
    value: number;
    data: { source?: string; target?: string };
  }
  return {
    animation: false,
    textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
    tooltip: {
      confine: true,
      formatter: ({ dataType, name: key, value, data }: Shown) =>
        dataType === 'edge'
          ? `${names.get(data.source ?? '')} → ${names.get(data.target ?? '')}<br><b>${kwh(value)}</b>`
          : `${names.get(key)}<br><b>${kwh(value)}</b>`,
    },
    series: [
      {
        type: 'sankey',
        left: 4,
        right: 250,
        top: 10,
        bottom: 10,
        nodeWidth: 14,
        nodeGap: 12,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        lineStyle: { color: 'gradient', opacity: scheme === 'dark' ? 0.45 : 0.35, curveness: 0.5 },
        label: {
          color: INK[scheme],
          fontSize: 12,
          width: 240,
          overflow: 'truncate',
          formatter: ({ name: key, value }: { name: string; value: number }) =>
            `${names.get(key)}  ${kwh(value)}`,
        },
        data: flow.nodes.map((node) => ({
          name: node.key,
          itemStyle: { color: COLOURS[scheme][node.role], borderWidth: 0 },
        })),
        links: flow.links.map(({ from, to, kwh: value }) => ({ source: from, target: to, value })),
      },
    ],
  };
}
