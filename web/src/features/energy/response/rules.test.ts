import { expect, it } from 'vitest';
import { weekdayFrom } from './rules';

it('begins a call on a weekday', () => {
  const days = ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'];
  expect(days.map(weekdayFrom)).toEqual([
    '2026-11-26',
    '2026-11-27',
    '2026-11-30',
    '2026-11-30',
    '2026-11-30',
  ]);
});
