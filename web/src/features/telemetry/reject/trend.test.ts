import { expect, it } from 'vitest';
import type { Reject } from '../../../api/types';
import { PARTS_MAX, REST, startOf, totalsOf, trendOf } from './trend';

const NOW = Date.parse('2026-11-26T04:30:00Z');
const row = (hour: string, code: Reject['code'], device: string, count: number): Reject => ({
  id: `${hour}${code}${device}`,
  hour,
  code,
  device,
  count,
  point: '',
  detail: '',
  first_at: hour,
  last_at: hour,
});

it('begins a day at midnight of Korea', () => {
  const start = startOf(NOW, 86_400_000);
  expect(new Date(start).toISOString()).toBe('2026-11-25T15:00:00.000Z');
});

it('has a bar for every hour of a day, also for those in which nothing was refused', () => {
  const rows = [
    row('2026-11-26T04:00:00Z', 'unknown_point', 'a', 3),
    row('2026-11-26T02:00:00Z', 'unknown_point', 'b', 2),
    row('2026-11-26T02:00:00Z', 'clock_ahead', 'b', 9),
    row('2026-11-20T02:00:00Z', 'clock_ahead', 'b', 100),
  ];
  const { starts, bars } = trendOf(rows, '1d', 'code', NOW);
  expect(starts).toHaveLength(24);
  expect(bars.map(({ key }) => key)).toEqual(['clock_ahead', 'unknown_point']);
  expect(bars[0]?.counts.slice(-3)).toEqual([9, 0, 0]);
  expect(bars[1]?.counts.slice(-3)).toEqual([2, 0, 3]);
  expect(trendOf(rows, '30d', 'code', NOW).starts).toHaveLength(30);
  expect(trendOf(rows, '30d', 'code', NOW).bars[0]?.counts.at(-7)).toBe(100);
});

it('keeps every count when devices are too many to tell apart', () => {
  const rows = Array.from({ length: 9 }, (_, index) =>
    row('2026-11-26T04:00:00Z', 'unknown_point', `d${index}`, index + 1),
  );
  const { bars } = trendOf(rows, '7d', 'device', NOW);
  expect(bars).toHaveLength(PARTS_MAX);
  expect(bars.at(-1)?.key).toBe(REST);
  const sum = bars.flatMap(({ counts }) => counts).reduce((a, b) => a + b, 0);
  expect(sum).toBe(45);
  expect(totalsOf(rows, 'device')[0]).toEqual(['d8', 9]);
});
