import { expect, it } from 'vitest';
import {
  billMonthOf,
  dayAfter,
  dayBefore,
  monthAfter,
  monthsBetween,
  monthsOf,
  todayOf,
} from './time';

it('counts months over the turn of a year', () => {
  expect(monthAfter('2026-01', -1)).toBe('2025-12');
  expect(monthAfter('2025-12', 11)).toBe('2026-11');
  expect(monthAfter('2026-11', -11)).toBe('2025-12');
  expect(monthsBetween('2025-12', '2026-11')).toBe(12);
  expect(monthsBetween('2026-11', '2026-11')).toBe(1);
});

it('steps by days over the ends of months', () => {
  expect(dayBefore('2026-03-01')).toBe('2026-02-28');
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});

it('knows the day in Korea, which begins nine hours before that of London', () => {
  expect(todayOf(Date.parse('2026-11-25T15:30:00Z'))).toBe('2026-11-26');
});

it('bills a day in the month whose reading closes it', () => {
  expect(billMonthOf('2026-11-14', 15)).toBe('2026-11');
  expect(billMonthOf('2026-11-15', 15)).toBe('2026-12');
  expect(billMonthOf('2026-11-30', 0)).toBe('2026-11');
  expect(billMonthOf('2026-11-30', 28)).toBe('2026-11');
});

it('reads the months of an address', () => {
  expect(monthsOf({}, '2026-11')).toEqual({ from: '2025-12', to: '2026-11' });
  expect(monthsOf({ from: '2026-01' }, '2026-11')).toEqual({ from: '2026-01', to: '2026-12' });
  expect(monthsOf({ to: '2026-06' }, '2026-11')).toEqual({ from: '2025-07', to: '2026-06' });
  expect(monthsOf({ from: '2026-06', to: '2026-01' }, '2026-11')).toEqual({
    from: '2026-01',
    to: '2026-01',
  });
  // The server answers for 24 months at most.
  expect(monthsOf({ from: '2020-01', to: '2026-01' }, '2026-11').from).toBe('2024-02');
});
