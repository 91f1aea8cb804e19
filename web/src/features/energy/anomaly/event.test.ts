import { expect, it } from 'vitest';
import type { Anomalies, Anomaly } from '../../../api/types';
import { chosenOf, excessOf, keyOf, lossOf, priceOf, profileOf, shiftOf } from './event';

const event = (part: Partial<Anomaly>): Anomaly => ({
  kind: 'base_load_on',
  from: '2026-11-20T00:15:00',
  until: '2026-11-20T00:45:00',
  told_at: null,
  actual_kwh: 100,
  expected_kwh: 40,
  cost_won: 6_000,
  detected: true,
  verdict: null,
  profile: {
    from: '2026-11-20T00:00:00',
    actual_kwh: [10, 50, 50, null],
    expected_kwh: [20, 20, 20, 20],
  },
  ...part,
});
const judged = (verdict: 'yes' | 'no') =>
  event({ verdict: { verdict } as Anomaly['verdict'], from: '2026-11-19T00:00:00' });

it('names an event by kind and beginning, and finds it again', () => {
  const [a, b] = [judged('no'), event({})];
  expect(keyOf(b)).toBe('base_load_on@2026-11-20T00:15:00');
  expect(chosenOf([a, b], keyOf(a))).toBe(a);
  expect(chosenOf([a, b], undefined)).toBe(b);
  expect(chosenOf([a], 'gone')).toBe(a);
  expect(chosenOf([], 'gone')).toBeUndefined();
});

it('explains the cost by energy and a mean price', () => {
  expect(excessOf(event({}))).toBe(60);
  expect(priceOf(event({}))).toBe(100);
  expect(priceOf(event({ actual_kwh: 40.01 }))).toBeUndefined();
  expect(priceOf(event({ cost_won: null }))).toBeUndefined();
});

it('adds up what was lost, without what somebody called nothing and what was not drawn', () => {
  const items = [event({}), judged('no'), judged('yes'), event({ cost_won: -500 })];
  items.push(event({ cost_won: null }));
  expect(lossOf({ items, tuning: [], hidden: false } satisfies Anomalies)).toBe(12_000);
});

it('says in per cent how far a threshold has moved', () => {
  expect([1, 1.15, 0.97, 3].map(shiftOf)).toEqual([0, 15, -3, 200]);
});

it('marks the quarters of an hour that belong to the event', () => {
  const rows = profileOf(event({}));
  expect(rows.map(({ within }) => within)).toEqual([false, true, true, false]);
  expect(rows.map(({ actual }) => actual)).toEqual([40, 200, 200, undefined]);
});
