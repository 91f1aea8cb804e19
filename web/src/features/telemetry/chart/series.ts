import type { Point, Readings } from '../../../api/types';
import { ZONE_OFFSET_MS } from '../../../ui/format';

/** A value in the chart: the time as the axis wants it, and the value, or a hole. */
export type Dot = [at: number, value: number | null];

/** Readings further apart than this many intervals leave a hole in the line. */
const HOLE_INTERVALS = 2.5;

/** The chart draws in UTC, so a Seoul time is handed over as if it were UTC. */
export const toAxis = (ms: number) => ms + ZONE_OFFSET_MS;
export const fromAxis = (ms: number) => ms - ZONE_OFFSET_MS;

/**
 * Readings as the chart draws them. A gap stays a gap; the last interval is drawn to its end; a
 * compared period is moved forward by `shift_ms` so that it lies under the present one.
 */
export function dotsOf(
  readings: Readings,
  step_ms: number,
  isInterval: boolean,
  shift_ms = 0,
): Dot[] {
  const dots: Dot[] = [];
  let before: number | undefined;
  let last: number | null = null;
  for (const { at, value } of readings.items) {
    const ms = Date.parse(at) + shift_ms;
    if (before !== undefined && ms - before > HOLE_INTERVALS * step_ms) {
      if (isInterval) dots.push([toAxis(before + step_ms), last]);
      dots.push([toAxis(before + step_ms) + 1, null]);
    }
    last = value ?? null;
    dots.push([toAxis(ms), last]);
    before = ms;
  }
  if (isInterval && before !== undefined) dots.push([toAxis(before + step_ms), last]);
  return dots;
}

/** How buckets of a point are put together: amounts add, states average, registers take the last. */
export function aggregateOf(kind: Point['kind']): 'sum' | 'avg' | 'last' {
  if (kind === 'interval') return 'sum';
  return kind === 'counter' ? 'last' : 'avg';
}

/** At most two units share a chart, in the order of the points; other points are left out. */
export function axesOf(points: readonly Point[]): { units: string[]; left_out: Point[] } {
  const units = [...new Set(points.map((point) => point.unit))].slice(0, 2);
  return { units, left_out: points.filter((point) => !units.includes(point.unit)) };
}
