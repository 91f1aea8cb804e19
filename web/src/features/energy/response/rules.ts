import type { DrFitness, DrMethod, DrRules } from '../../../api/types';
import { earliest, type Months, monthAfter, monthsBetween } from '../time';

export const METHODS = ['max_4_5', 'mid_6_10', 'mid_8_10', 'mean_10'] as const;
export const ADJUSTMENTS = ['none', 'same_day'] as const;
export const EXCLUSIONS = ['reductions', 'low_days', 'factory'] as const;

/** The names by which tenants and aggregators know the methods. */
export const METHOD_NAMES: Readonly<Record<string, string>> = {
  max_4_5: 'Max(4/5)',
  mid_6_10: 'Mid(6/10)',
  mid_8_10: 'Mid(8/10)',
  mean_10: 'Mean(10)',
};

/** Rules as an address writes them: `mid_6_10~same_day`. */
export const rulesKey = ({ method, adjustment }: Pick<DrRules, 'method' | 'adjustment'>) =>
  `${method}~${adjustment}`;

/** The method and adjustment that an address names; nothing when it names none that exists. */
export function rulesOf(key: string | undefined) {
  const [method, adjustment] = (key ?? '').split('~');
  const known = METHODS.find((each) => each === method);
  const adjusted = ADJUSTMENTS.find((each) => each === adjustment);
  return known && adjusted ? { method: known, adjustment: adjusted } : undefined;
}

/** The day itself or the Monday after it: no baseline is made for Saturdays and Sundays. */
export function weekdayFrom(day: string): string {
  const date = new Date(`${day}T00:00Z`);
  const ahead = { 0: 1, 6: 2 }[date.getUTCDay()] ?? 0;
  return new Date(date.getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
}

export type Verdict = 'fails' | 'depends' | 'passes';

/** What the tenant is told first. */
export function verdictOf({ passing, methods }: Pick<DrFitness, 'passing' | 'methods'>): Verdict {
  if (passing === 0) return 'fails';
  return passing === methods.length ? 'passes' : 'depends';
}

/** The method with the smallest error: the server sorts them so. */
export const bestOf = (fitness: DrFitness): DrMethod | undefined => fitness.methods[0];

/** The most months of one answer. */
const MONTHS_MAX = 13;

/** Days from months: their first day, and their last or yesterday. */
export function daysOf(months: Required<Months>, yesterday: string) {
  const tooLong = monthsBetween(months.from, months.to) > MONTHS_MAX;
  const first = tooLong ? monthAfter(months.to, 1 - MONTHS_MAX) : months.from;
  const next = `${monthAfter(months.to, 1)}-01`;
  const last = new Date(Date.parse(`${next}T00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const to = earliest(last, yesterday);
  return { from: earliest(`${first}-01`, to), to };
}
