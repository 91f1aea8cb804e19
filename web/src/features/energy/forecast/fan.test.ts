import { expect, it } from 'vitest';
import type { Forecast } from '../../../api/types';
import { clockOf, drawnPeak, fanRows, riskOf } from './fan';

const peak = (p50_kw: number, p90_kw: number) => ({ p10_kw: 0, p50_kw, p90_kw });
const forecast = (part: Partial<Forecast>): Forecast => ({
  day: '2026-11-26',
  day_type: 'midweek',
  p10_kwh: [1, 2],
  p50_kwh: [2, 3],
  p90_kwh: [3, 5],
  actual_kwh: [2.5, null],
  counts: [false, true],
  peak: peak(12, 20),
  counting_peak: peak(12, 20),
  billing_demand_kw: 16,
  unknown_months: [],
  hidden: false,
  choice: { model: 'base', mae_base_kwh: 1, mae_model_kwh: 2, tried_days: 42 },
  ...part,
});

it('names a quarter of an hour by its beginning', () => {
  expect([0, 1, 52, 95].map(clockOf)).toEqual(['00:00', '00:15', '13:00', '23:45']);
});

it('shows energy of a quarter of an hour as its mean power', () => {
  expect(fanRows(forecast({}))).toEqual([
    { at: '00:00', p10: 4, p50: 8, p90: 12, actual: 10, counts: false },
    { at: '00:15', p10: 8, p50: 12, p90: 20, actual: undefined, counts: true },
  ]);
});

it('says how likely a day is to raise the billing demand', () => {
  expect(riskOf(forecast({ billing_demand_kw: 10 }))).toBe('likely');
  expect(riskOf(forecast({}))).toBe('possible');
  expect(riskOf(forecast({ billing_demand_kw: 20 }))).toBe('unlikely');
  expect(riskOf(forecast({ counting_peak: null }))).toBe('none_counts');
  expect(riskOf(forecast({ billing_demand_kw: null, counting_peak: null }))).toBe('unknown');
});

it('takes the peak that was drawn from the hours that count', () => {
  const day = forecast({ actual_kwh: [9, 4], counts: [false, true] });
  expect(drawnPeak(fanRows(day))?.actual).toBe(16);
  expect(drawnPeak(fanRows(forecast({})))).toBeUndefined();
});
