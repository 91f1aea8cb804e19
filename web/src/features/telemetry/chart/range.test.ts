import { expect, it } from 'vitest';
import { bucketFor, DAY_MS, rangeOf, shifted } from './range';

const now = Date.parse('2026-11-25T12:00:30Z');

it('takes the two instants of the address, else a span that ends now', () => {
  expect(rangeOf({ from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }, now)).toEqual({
    from: Date.parse('2026-11-01T00:00:00Z'),
    to: Date.parse('2026-11-02T00:00:00Z'),
  });
  const week = rangeOf({ span: '7d' }, now);
  expect(week.to - week.from).toBe(7 * DAY_MS);
  expect(week.to).toBeGreaterThanOrEqual(now);
});

it('ignores a range that ends before it starts', () => {
  const range = rangeOf({ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, now);
  expect(range.to - range.from).toBe(DAY_MS);
});

it.each([
  [DAY_MS, 60, undefined],
  [7 * DAY_MS, 60, '15m'],
  [7 * DAY_MS, 900, undefined],
  [30 * DAY_MS, 60, '1h'],
  [365 * DAY_MS, 900, '1d'],
  [20 * 365 * DAY_MS, 900, '1d'],
])('reads %i ms of a point of %i s in buckets of %s', (length, interval, bucket) => {
  expect(bucketFor({ from: 0, to: length }, interval).bucket).toBe(bucket);
});

it('moves a year back by 52 weeks, so that a Monday lies on a Monday', () => {
  const range = { from: now, to: now + DAY_MS };
  const back = shifted(range, 'year');
  expect(new Date(back.from).getUTCDay()).toBe(new Date(range.from).getUTCDay());
  expect(range.from - back.from).toBe(364 * DAY_MS);
});
