import { expect, it } from 'vitest';
import { changed, changeOf, EMPTY, previewOf } from './change';

const reading = (value: number) => ({ at: '2026-11-26T00:00:00Z', value, quality: [] });

it('is no change until its figures are there', () => {
  expect(changeOf(EMPTY)).toBeUndefined();
  expect(changeOf({ ...EMPTY, value: '12.5' })).toEqual({ set: 12.5 });
  expect(changeOf({ ...EMPTY, value: 'x' })).toBeUndefined();
  expect(changeOf({ ...EMPTY, method: 'linear' })).toBeUndefined();
  expect(changeOf({ ...EMPTY, method: 'linear', scale: '40' })).toEqual({
    linear: { scale: 40, offset: 0 },
  });
  expect(changeOf({ ...EMPTY, method: 'linear', scale: '' })).toBeUndefined();
  expect(changeOf({ ...EMPTY, method: 'void' })).toBe('void');
});

it('shows what would stand in the place of each reading', () => {
  expect(changed({ set: 3 }, 12)).toBe(3);
  expect(changed({ linear: { scale: 10, offset: -1 } }, 12)).toBe(119);
  expect(changed('void', 12)).toBeNull();
  const shown = previewOf([reading(10), reading(20)], { linear: { scale: 2, offset: 1 } });
  expect(shown.rows.map(({ old, next }) => [old, next])).toEqual([
    [10, 21],
    [20, 41],
  ]);
  expect([shown.mean_before, shown.mean_after, shown.finite]).toEqual([15, 31, true]);
});

it('has no mean of what was struck out, and notices what is no number', () => {
  expect(previewOf([reading(10)], 'void').mean_after).toBeUndefined();
  const huge = previewOf([reading(1e308)], { linear: { scale: 10, offset: 0 } });
  expect(huge.finite).toBe(false);
});
