import { expect, it } from 'vitest';
import type { Latest, Point } from '../../api/types';
import { coverage, quantitiesNow } from './figures';

const now = Date.parse('2026-11-25T12:00:00Z');
const points = ['a', 'b', 'c'].map(
  (id) => ({ id, quantity: 'pm25', expected_interval_s: 60 }) as Point,
);
const item = (point_id: string, value: number, at: string) =>
  ({ point_id, value, at, arrived_at: at }) as Latest;
const latest = [
  item('a', 30, '2026-11-25T11:59:00Z'),
  item('b', 10, '2026-11-25T11:58:00Z'),
  item('c', 99, '2026-11-25T09:00:00Z'),
];

it('counts the points that were heard of in time', () => {
  expect(coverage(points, latest, now)).toEqual({ heard: 2, all: 3 });
  expect(coverage([], [], now)).toEqual({ heard: 0, all: 0 });
});

it('shows the spread of fresh values only', () => {
  const [row] = quantitiesNow(points, latest, ['pm25', 'noise'], now);
  expect(row).toMatchObject({ count: 2, min: 10, max: 30, newest: '2026-11-25T11:59:00Z' });
  expect(quantitiesNow(points, latest, ['noise'], now)).toEqual([]);
});

it('counts a point whose value is kept from the reader as heard of, and leaves its value out', () => {
  const hidden = { ...item('b', 0, '2026-11-25T11:59:30Z'), value: null, hidden: true };
  const mixed = [item('a', 30, '2026-11-25T11:59:00Z'), hidden];
  expect(coverage(points, mixed, now)).toEqual({ heard: 2, all: 3 });
  expect(quantitiesNow(points, mixed, ['pm25'], now)[0]?.count).toBe(1);
});
