import { expect, it } from 'vitest';
import type { Point, Readings } from '../../../api/types';
import { aggregateOf, axesOf, dotsOf, fromAxis, toAxis } from './series';

const minute = 60_000;
const start = Date.parse('2026-11-25T00:00:00Z');
const readings = (...minutes: number[]) =>
  ({
    items: minutes.map((at, index) => ({
      at: new Date(start + at * minute).toISOString(),
      value: index,
      quality: [],
    })),
  }) as unknown as Readings;

it('shows a gap as a gap', () => {
  const dots = dotsOf(readings(0, 1, 10), minute, false);
  expect(dots.map(([, value]) => value)).toEqual([0, 1, null, 2]);
});

it('does not tear the line for one late reading', () => {
  expect(dotsOf(readings(0, 1, 3), minute, false).map(([, value]) => value)).toEqual([0, 1, 2]);
});

it('draws an interval from its start to its end, before a gap and at the end', () => {
  const dots = dotsOf(readings(0, 15, 60), 15 * minute, true);
  expect(dots).toEqual([
    [toAxis(start), 0],
    [toAxis(start + 15 * minute), 1],
    [toAxis(start + 30 * minute), 1],
    [toAxis(start + 30 * minute) + 1, null],
    [toAxis(start + 60 * minute), 2],
    [toAxis(start + 75 * minute), 2],
  ]);
});

it('lays a former period under the present one', () => {
  expect(dotsOf(readings(0), minute, false, 5 * minute)[0]?.[0]).toBe(toAxis(start + 5 * minute));
  expect(fromAxis(toAxis(start))).toBe(start);
});

it('sums amounts, averages states and takes the last of a register', () => {
  expect(aggregateOf('interval')).toBe('sum');
  expect(aggregateOf('gauge')).toBe('avg');
  expect(aggregateOf('counter')).toBe('last');
});

it('gives two units an axis and names the points that find none', () => {
  const point = (id: string, unit: string) => ({ id, unit }) as Point;
  const { units, left_out } = axesOf([
    point('a', 'kW.h'),
    point('b', 'Cel'),
    point('c', 'kW.h'),
    point('d', '%'),
  ]);
  expect(units).toEqual(['kW.h', 'Cel']);
  expect(left_out.map((each) => each.id)).toEqual(['d']);
});
