import { expect, test } from 'vitest';
import type { SelfSufficiencyFigures } from '../../../api/types';
import { barsOf, daysFrom } from './match';

const figures = (consumption_kwh: number, generation_kwh: number, matched_kwh: number) =>
  ({ consumption_kwh, generation_kwh, matched_kwh }) as SelfSufficiencyFigures;

test('what was matched, what came from elsewhere, and what was too much', () => {
  const items = [
    { at: '2026-06-01T12:00:00', figures: figures(10, 14, 8) },
    { at: '2026-06-01T13:00:00', figures: null },
  ];
  expect(barsOf(items, 'hour')).toEqual([
    { at: '2026-06-01 12:00', matched: 8, unmatched: 2, surplus: 6 },
    { at: '2026-06-01 13:00', matched: null, unmatched: null, surplus: null },
  ]);
  expect(barsOf(items, 'month')[0]?.at).toBe('2026-06');
});

test('months give their days until yesterday, and not too many', () => {
  const days = (from: string, to: string) => daysFrom({ from, to }, '2026-11-25', 12);
  expect(days('2026-10', '2026-10')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
  expect(days('2026-11', '2026-11')).toEqual({ from: '2026-11-01', to: '2026-11-25' });
  expect(days('2020-01', '2026-10')).toEqual({ from: '2025-11-01', to: '2026-10-31' });
});
