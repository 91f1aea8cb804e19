// Where things stand on the scale of a gauge: a half circle from nothing to a bit more than the most.
import type { Gauge } from '../../../api/types';

/** The scale ends at least a tenth beyond the largest figure on it. */
const ROOM = 1.1;
const TICKS = 4;
const ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10];

/** The end of the scale, in kW: four round steps, above all figures. */
export function scaleEnd(gauge: Pick<Gauge, 'limit_kw' | 'cast'>): number {
  const most = Math.max(gauge.limit_kw ?? 0, gauge.cast?.p90_kw ?? 0, gauge.cast?.now_kw ?? 0, 1);
  const least = (most * ROOM) / TICKS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ROUND.find((round) => round * power >= least) ?? 10;
  return step * power * TICKS;
}

/** The place on the half circle of a share of the scale: 0 is left, 1 is right; the circle has radius 1. */
export function place(share: number): { x: number; y: number } {
  const held = Math.min(1, Math.max(0, share));
  const angle = Math.PI * (1 - held);
  return { x: Math.cos(angle), y: -Math.sin(angle) };
}

/** A stretch of the half circle as an SVG path. */
export function arc(from: number, to: number, radius: number): string {
  const a = place(from);
  const b = place(to);
  const at = ({ x, y }: { x: number; y: number }) =>
    `${(x * radius).toFixed(2)} ${(y * radius).toFixed(2)}`;
  return `M ${at(a)} A ${radius} ${radius} 0 0 1 ${at(b)}`;
}

/** What a peak above the limit would cost, in won: each kW over, for as many months as it is paid. */
export function breachWon(gauge: Pick<Gauge, 'cast' | 'billing_demand' | 'price'>): number {
  const demand = gauge.billing_demand?.kw;
  if (!gauge.cast || !gauge.price || demand === undefined) return 0;
  const over = Math.max(0, gauge.cast.p50_kw - demand);
  return Math.round(over * gauge.price.won_per_kw * gauge.price.months);
}

/** The energy of a day until now and what was expected until now: of quarters that are known, kWh. */
export function againstExpected(forecast: {
  actual_kwh: readonly (number | null)[];
  p50_kwh: readonly number[];
}): { drawn?: number; expected?: number } {
  let known = 0;
  let drawn = 0;
  let expected = 0;
  for (const [index, kwh] of forecast.actual_kwh.entries()) {
    if (kwh === null) continue;
    known += 1;
    drawn += kwh;
    expected += forecast.p50_kwh[index] ?? 0;
  }
  return known === 0 ? {} : { drawn, expected };
}
