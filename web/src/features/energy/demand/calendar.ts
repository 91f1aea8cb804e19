// The peaks of days laid out by month, and what the billing demand of each month rests on.
import type { Bill, DemandDay } from '../../../api/types';
import { basisOf, carriesUntil } from '../basis';
import { latest, monthAfter, monthsBetween } from '../time';

/** How dark a cell is: 1 is the least, 5 the most. */
export const LEVELS = [1, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];

export interface Cell {
  date: string;
  /** Absent: nothing is known of the day. */
  day: DemandDay | undefined;
  level: Level | undefined;
  /** The months whose billing demand this day sets. */
  sets: string[];
}

/** Days of a month. */
const daysIn = (month: string) =>
  new Date(Date.parse(`${monthAfter(month, 1)}-01T00:00Z`) - 86_400_000).getUTCDate();

/** The months whose billing demand a day sets, by day. */
export function setBy(bills: readonly Bill[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { month, demand } of bills) {
    const basis = basisOf(demand?.basis);
    if (basis?.kind !== 'month_peak' && basis?.kind !== 'carried_over') continue;
    const date = basis.at?.slice(0, 10);
    if (date) found.set(date, [...(found.get(date) ?? []), month]);
  }
  return found;
}

function levelOf(kw: number, low: number, high: number): Level {
  if (high <= low) return LEVELS[2];
  const step = Math.floor(((kw - low) / (high - low)) * LEVELS.length);
  return LEVELS[Math.min(step, LEVELS.length - 1)] ?? LEVELS[0];
}

/** A row of cells for each month, from the first day of which anything is known to `until`. */
export function calendarOf(
  days: readonly DemandDay[],
  sets: ReadonlyMap<string, string[]>,
  until: string,
) {
  const first = days[0]?.date;
  if (!first) return [];
  const last = latest(until, days.at(-1)?.date ?? first);
  const byDate = new Map(days.map((day) => [day.date, day]));
  const peaks = days.map((day) => day.kw);
  const [low, high] = [Math.min(...peaks), Math.max(...peaks)];
  const months = monthsBetween(first.slice(0, 7), last.slice(0, 7));
  return Array.from({ length: months }, (_, index) => {
    const month = monthAfter(first.slice(0, 7), index);
    const cells = Array.from({ length: daysIn(month) }, (_, at): Cell | undefined => {
      const date = `${month}-${String(at + 1).padStart(2, '0')}`;
      if (date < first || date > last) return undefined;
      const day = byDate.get(date);
      return {
        date,
        day,
        level: day && levelOf(day.kw, low, high),
        sets: sets.get(date) ?? [],
      };
    });
    return { month, cells };
  });
}

export interface MonthRow {
  month: string;
  own: { kw: number; at: string } | undefined;
  demand: Bill['demand'];
  /** The month whose peak it is. */
  from: string | undefined;
  /** The last month that this peak counts for. */
  until: string | undefined;
  missing: number;
}

/** What each month's billing demand rests on, and for how long that peak goes on counting. */
export const monthRows = (bills: readonly Bill[]): MonthRow[] =>
  bills.map(({ month, demand, peaks }) => {
    const basis = basisOf(demand?.basis);
    const from =
      basis?.kind === 'carried_over'
        ? basis.from
        : basis?.kind === 'month_peak'
          ? month
          : undefined;
    return {
      month,
      own: peaks.counting ?? undefined,
      demand,
      from,
      until: from && carriesUntil(from),
      missing: peaks.missing_slots,
    };
  });

/** The least load of the hours that the largest share of time takes: `kwAt(curve, 0.01)`. */
export function kwAt(curve: readonly { hours: number; kw: number }[], share: number) {
  const whole = curve.at(-1)?.hours;
  if (whole === undefined) return undefined;
  return curve.find(({ hours }) => hours >= whole * share)?.kw;
}
