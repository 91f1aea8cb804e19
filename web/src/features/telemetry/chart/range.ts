// Which part of time a chart shows, and how finely.

export const SPANS = { '6h': 6, '1d': 24, '7d': 168, '30d': 720, '1y': 8_760 } as const;
export type Span = keyof typeof SPANS;
export const SHIFTS = { day: 1, week: 7, year: 364 } as const;
export type Shift = keyof typeof SHIFTS;

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Values of a series that a chart can show without becoming a smear. */
const POINTS_WANTED = 1_500;
const ROUND_MS = 60_000;

export interface Range {
  from: number;
  to: number;
}

export interface Buckets {
  /** Undefined asks for the readings themselves. */
  bucket: string | undefined;
  bucket_ms: number;
}

const BUCKETS: readonly Buckets[] = [
  { bucket: '60s', bucket_ms: 60_000 },
  { bucket: '15m', bucket_ms: 900_000 },
  { bucket: '1h', bucket_ms: HOUR_MS },
  { bucket: '1d', bucket_ms: DAY_MS },
];

/** The range that an address names: two instants, else a span that ends now. */
export function rangeOf(search: { from?: string; to?: string; span?: Span }, now: number): Range {
  const from = search.from ? Date.parse(search.from) : Number.NaN;
  const to = search.to ? Date.parse(search.to) : Number.NaN;
  if (from < to) return { from, to };
  const end = Math.ceil(now / ROUND_MS) * ROUND_MS;
  return { from: end - SPANS[search.span ?? '1d'] * HOUR_MS, to: end };
}

/** The finest bucket that keeps a series readable; none finer than the point's own interval. */
export function bucketFor(range: Range, own_interval_s: number): Buckets {
  const length = range.to - range.from;
  const own_ms = own_interval_s * 1_000;
  if (length / Math.max(own_ms, 1_000) <= POINTS_WANTED) {
    return { bucket: undefined, bucket_ms: own_ms };
  }
  const coarse = BUCKETS[BUCKETS.length - 1] as Buckets;
  return (
    BUCKETS.find(({ bucket_ms }) => bucket_ms > own_ms && length / bucket_ms <= POINTS_WANTED) ??
    coarse
  );
}

/** A range moved back by whole days, so that weekdays fit: a year is 52 weeks. */
export function shifted(range: Range, shift: Shift): Range {
  const by = SHIFTS[shift] * DAY_MS;
  return { from: range.from - by, to: range.to - by };
}
