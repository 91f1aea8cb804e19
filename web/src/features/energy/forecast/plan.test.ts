import { expect, it } from 'vitest';
import type { LoadPlan } from '../../../api/types';
import { daysOf, planOf, weeksOf } from './plan';

it('knows the days of a month', () => {
  expect(daysOf('2026-02')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(daysOf('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
});

it('lays a month out by weeks that begin on Monday', () => {
  const weeks = weeksOf('2026-11');
  // 1 November 2026 is a Sunday, the 30th a Monday.
  expect(weeks).toHaveLength(6);
  expect(weeks[0]).toEqual([...Array(6).fill(undefined), '2026-11-01']);
  expect(weeks[5]?.[0]).toBe('2026-11-30');
  expect(weeks.flat().filter(Boolean)).toHaveLength(30);
  expect(weeksOf('2027-02').every((week) => week.every(Boolean))).toBe(true);
});

it('finds the entry of a day', () => {
  const plan = { from: '2026-11-05', to: '2026-11-07' } as LoadPlan;
  expect(planOf([plan], '2026-11-04')).toBeUndefined();
  expect(planOf([plan], '2026-11-05')).toBe(plan);
  expect(planOf([plan], '2026-11-07')).toBe(plan);
  expect(planOf([plan], '2026-11-08')).toBeUndefined();
});
