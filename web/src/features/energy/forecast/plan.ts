// A month of days laid out by weeks, with what is planned for each.
import type { LoadPlan } from '../../../api/types';
import { dayAfter, monthAfter } from '../time';

/** Days of a week, Monday first, as Korean calendars of work have them. */
export const WEEK = 7;

/** The first and the last day of a month. */
export function daysOf(month: string): { from: string; to: string } {
  const next = Date.parse(`${monthAfter(month, 1)}-01T00:00Z`);
  return { from: `${month}-01`, to: new Date(next - 86_400_000).toISOString().slice(0, 10) };
}

/** The entry that holds a day. */
export const planOf = (plans: readonly LoadPlan[], day: string) =>
  plans.find(({ from, to }) => from <= day && day <= to);

/** Weeks of a month: places outside of it are empty. */
export function weeksOf(month: string): (string | undefined)[][] {
  const { from, to } = daysOf(month);
  const before = (new Date(`${from}T00:00Z`).getUTCDay() + WEEK - 1) % WEEK;
  const cells: (string | undefined)[] = Array.from({ length: before });
  for (let day = from; day <= to; day = dayAfter(day)) cells.push(day);
  while (cells.length % WEEK !== 0) cells.push(undefined);
  return Array.from({ length: cells.length / WEEK }, (_, week) =>
    cells.slice(week * WEEK, (week + 1) * WEEK),
  );
}
