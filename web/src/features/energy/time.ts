// Days and months as contracts and bills name them: civil time of Korea.
import { isoToSeoul } from '../../ui/format';

/** A civil time of Korea, as the server writes it, as an instant. */
export const civil = (at: string) => `${at}+09:00`;

/** Today in Korea: `2026-11-26`. */
export const todayOf = (now: number) => isoToSeoul(now).slice(0, 10);

/** The month that is `by` months after another, or before it. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, of = 1] = month.split('-').map(Number);
  const index = year * 12 + (of - 1) + by;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** How many months lie from the first to the last, both counted. */
export function monthsBetween(from: string, to: string): number {
  const index = (month: string) => {
    const [year = 0, of = 1] = month.split('-').map(Number);
    return year * 12 + of;
  };
  return index(to) - index(from) + 1;
}

/** The earliest and the latest of days or months: as texts they sort by time. */
export const earliest = (...days: string[]) => [...days].sort()[0] ?? '';
export const latest = (...days: string[]) => [...days].sort().at(-1) ?? '';

/** The day so many days before another. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** The day before another. */
export const dayBefore = (day: string) => daysBefore(day, 1);

/** The day after another. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The month that a day is billed in: from the reading day (검침일) on, it is that of the next month. */
export function billMonthOf(day: string, reading_day: number): string {
  const month = day.slice(0, 7);
  const atEnd = reading_day === 0 || reading_day >= 28;
  return !atEnd && Number(day.slice(8)) >= reading_day ? monthAfter(month, 1) : month;
}

/** The most months of one answer. */
const MONTHS_MAX = 24;

export interface Months {
  from?: string;
  to?: string;
}

/** The months that an address names; without any, the twelve that end with the present one. */
export function monthsOf({ from, to }: Months, present: string): Required<Months> {
  const last = to ?? (from ? monthAfter(from, 11) : present);
  const first = from ?? monthAfter(last, -11);
  const length = monthsBetween(first, last);
  if (length < 1) return { from: last, to: last };
  return { from: length > MONTHS_MAX ? monthAfter(last, 1 - MONTHS_MAX) : first, to: last };
}
