import type { Latest, Point } from '../../api/types';
import { silenceLimit } from '../../app/vocabulary/health';

/** How many points were heard of in time, of all; a value that is kept from the reader counts as heard. */
export function coverage(points: readonly Point[], latest: readonly Latest[], now: number) {
  const arrived = new Map(latest.map((item) => [item.point_id, Date.parse(item.arrived_at)]));
  const heard = points.filter((point) => {
    const at = arrived.get(point.id);
    return at !== undefined && (now - at) / 1_000 <= silenceLimit(point);
  });
  return { heard: heard.length, all: points.length };
}

export interface QuantityNow {
  quantity: string;
  point: Point;
  count: number;
  min: number;
  median: number;
  max: number;
  newest: string;
}

/** For each quantity the spread of what its points say now; old values do not count. */
export function quantitiesNow(
  points: readonly Point[],
  latest: readonly Latest[],
  wanted: readonly string[],
  now: number,
): QuantityNow[] {
  const byId = new Map(points.map((point) => [point.id, point]));
  return wanted.flatMap((quantity) => {
    const fresh = latest.filter((item) => {
      const point = byId.get(item.point_id);
      const age_s = (now - Date.parse(item.arrived_at)) / 1_000;
      return (
        point?.quantity === quantity &&
        typeof item.value === 'number' &&
        age_s <= silenceLimit(point)
      );
    });
    const values = fresh.flatMap((item) => item.value ?? []).sort((a, b) => a - b);
    const point = byId.get(fresh[0]?.point_id ?? '');
    const [min] = values;
    const max = values.at(-1);
    const median = values[Math.floor(values.length / 2)];
    if (!point || min === undefined || max === undefined || median === undefined) return [];
    const newest =
      fresh
        .map((item) => item.at)
        .sort()
        .at(-1) ?? '';
    return [{ quantity, point, count: values.length, min, median, max, newest }];
  });
}
