// Counts refusals by time, reason and device; the server keeps them by the hour.
import type { Reject } from '../../../api/types';
import { ZONE_OFFSET_MS } from '../../../ui/format';

export const SPANS = { '1d': 1, '7d': 7, '30d': 30 } as const;
export type Span = keyof typeof SPANS;
export const BY = ['code', 'device'] as const;
export type By = (typeof BY)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Parts of a bar that a reader can still tell apart; the rest are one. */
export const PARTS_MAX = 6;
export const REST = '';

export interface Bar {
  key: string;
  counts: number[];
}

/** How long one bar is: hours of a day or a week, else days of Korea. */
export const bucketMs = (span: Span) => (span === '30d' ? DAY_MS : HOUR_MS);

/** The start of the bar that holds an instant. Korea has no summer time, so days are of one length. */
export function startOf(ms: number, bucket: number): number {
  return Math.floor((ms + ZONE_OFFSET_MS) / bucket) * bucket - ZONE_OFFSET_MS;
}

/** How many were refused by each key, the most first. */
export function totalsOf(rows: readonly Reject[], by: By): [string, number][] {
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row[by], (totals.get(row[by]) ?? 0) + row.count);
  return [...totals].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
}

/** The bars of a span that ends now, each in parts by key; empty bars stay, so that time runs evenly. */
export function trendOf(rows: readonly Reject[], span: Span, by: By, now: number) {
  const bucket = bucketMs(span);
  const first = startOf(now - SPANS[span] * DAY_MS + bucket, bucket);
  const last = startOf(now, bucket);
  const starts = Array.from(
    { length: Math.round((last - first) / bucket) + 1 },
    (_, index) => first + index * bucket,
  );
  const kept = rows.filter((row) => Date.parse(row.hour) >= first);
  const keys = totalsOf(kept, by).map(([key]) => key);
  const own = new Set(keys.length > PARTS_MAX ? keys.slice(0, PARTS_MAX - 1) : keys);
  const bars = new Map<string, number[]>();
  for (const row of kept) {
    const key = own.has(row[by]) ? row[by] : REST;
    const counts = bars.get(key) ?? starts.map(() => 0);
    const index = Math.round((startOf(Date.parse(row.hour), bucket) - first) / bucket);
    counts[index] = (counts[index] ?? 0) + row.count;
    bars.set(key, counts);
  }
  const order = [...keys.filter((key) => own.has(key)), REST];
  return {
    starts,
    bucket,
    bars: order.flatMap((key): Bar[] => {
      const counts = bars.get(key);
      return counts ? [{ key, counts }] : [];
    }),
  };
}
