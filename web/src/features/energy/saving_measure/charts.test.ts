import { expect, it } from 'vitest';
import type { MeasureResult } from '../../../api/types';
import { baselineOption, cumulativeOption } from './charts';

const words = {
  observed: '실제',
  fitted: '맞춤',
  predicted: '예측',
  band: '90 %',
  saved: '절감',
  kwh: (value: number) => `${value} kWh`,
  day: (on: string) => on,
};
const result = {
  model: { period_plus_minus_kwh: 5 },
  baseline: { on: ['2025-01-01'], kwh: [100], model_kwh: [101], missing: 0 },
  reporting: { on: ['2026-02-01', '2026-02-02'], kwh: [80, 85], model_kwh: [100, 90], missing: 0 },
  cumulative: [
    { kwh: 20, plus_minus_kwh: 30 },
    { kwh: 25, plus_minus_kwh: 35 },
  ],
} as unknown as MeasureResult;
interface Series {
  name: string;
  data: [string, number | null][];
}
const seriesOf = (option: unknown) => (option as { series: Series[] }).series;

it('breaks the line of what was drawn between the two periods and bands the report', () => {
  const [low, width, observed] = seriesOf(baselineOption(result, 'light', words));
  expect(low?.data).toEqual([
    ['2026-02-01', 95],
    ['2026-02-02', 85],
  ]);
  expect(width?.data.map(([, kwh]) => kwh)).toEqual([10, 10]);
  expect(observed?.data.map(([, kwh]) => kwh)).toEqual([100, null, 80, 85]);
});

it('shows no saving without its band', () => {
  const [low, width, saved] = seriesOf(cumulativeOption(result, 'dark', words));
  expect(low?.data.map(([, kwh]) => kwh)).toEqual([-10, -10]);
  expect(width?.data.map(([, kwh]) => kwh)).toEqual([60, 70]);
  expect(saved?.data.map(([, kwh]) => kwh)).toEqual([20, 25]);
});
