// What an erasure takes in, and how many readings that is before it is asked for.

/** The most points that the page takes into one erasure; the API takes 1,000. */
export const POINTS_MAX = 200;

export interface Scope {
  points: readonly string[];
  from: string | undefined;
  until: string;
}

const UUID = /^[0-9a-f-]{36}$/;
const quoted = (iso: string) => `TIMESTAMP '${new Date(iso).toISOString()}'`;

/** Counts the readings of a scope that the reader may see. */
export function countSql({ points, from, until }: Scope): string {
  const ids = points.filter((id) => UUID.test(id)).map((id) => `'${id}'`);
  return [
    'SELECT count(*) AS n, min(at) AS first, max(at) AS last FROM readings',
    `WHERE point_id IN (${ids.join(', ')}) AND at < ${quoted(until)}`,
    from ? `AND at >= ${quoted(from)}` : '',
  ]
    .join(' ')
    .trim();
}

/** What the record says was meant. Erasures by rule name a profile, those by people name points. */
export function whatOf(what: Record<string, unknown>) {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const ids = Array.isArray(what.point_ids) ? what.point_ids.filter((id) => text(id)) : [];
  const until_ms = typeof what.until_ms === 'number' ? what.until_ms : undefined;
  return {
    points: ids as string[],
    from: text(what.from),
    until: text(what.until) ?? (until_ms ? new Date(until_ms).toISOString() : undefined),
    profile: text(what.profile),
    days: typeof what.days === 'number' ? what.days : undefined,
  };
}
