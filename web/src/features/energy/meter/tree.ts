// The meters of a complex as they stand below one another.
import type { Meter } from '../../../api/types';

export interface TreeRow {
  meter: Meter;
  /** 0 at the top. */
  depth: number;
  /** Whether a measured meter stands below it, so that it has a balance. */
  hasBalance: boolean;
}

/** Whether a meter stands on a day. */
export const standsOn = ({ terms }: Meter, day: string) =>
  terms.from <= day && (!terms.to || day <= terms.to);

/** The meters of a day, each before those that stand below it; one whose parent is not to be seen is on top. */
export function treeRows(meters: readonly Meter[], day: string): TreeRow[] {
  const held = meters.filter((meter) => standsOn(meter, day));
  const ids = new Set(held.map((meter) => meter.id));
  const below = new Map<string | undefined, Meter[]>();
  for (const meter of held) {
    const parent = meter.terms.parent_id ?? undefined;
    const key = parent !== undefined && ids.has(parent) ? parent : undefined;
    below.set(key, [...(below.get(key) ?? []), meter]);
  }
  const rows = (parent: string | undefined, depth: number): TreeRow[] =>
    (below.get(parent) ?? []).flatMap((meter) => [
      {
        meter,
        depth,
        hasBalance: (below.get(meter.id) ?? []).some(({ terms }) => terms.kind !== 'virtual'),
      },
      ...rows(meter.id, depth + 1),
    ]);
  return rows(undefined, 0);
}

/** The days of a month that have passed; none when the month has not begun, or began today. */
export function daysOf(month: string, yesterday: string): { from: string; to: string } | undefined {
  const from = `${month}-01`;
  const [year = 0, of = 1] = month.split('-').map(Number);
  const end = new Date(Date.UTC(year, of, 0)).toISOString().slice(0, 10);
  const to = end < yesterday ? end : yesterday;
  return from <= to ? { from, to } : undefined;
}
