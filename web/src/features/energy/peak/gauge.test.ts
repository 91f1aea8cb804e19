import { describe, expect, it } from 'vitest';
import { againstExpected, arc, breachWon, place, scaleEnd } from './gauge';

const cast = { now_kw: 390, p50_kw: 420, p90_kw: 450 };

describe('the scale', () => {
  it('ends at a round number above all that is on it', () => {
    expect(scaleEnd({ limit_kw: 400, cast })).toBe(500);
    expect(scaleEnd({ limit_kw: 6681, cast })).toBe(8000);
    expect(scaleEnd({ limit_kw: null, cast: null })).toBeCloseTo(1.2);
  });

  it('goes from left to right over the top and holds what is beyond', () => {
    expect(place(0).x).toBeCloseTo(-1);
    expect(place(0.5).y).toBeCloseTo(-1);
    expect(place(1).x).toBeCloseTo(1);
    expect(place(7)).toEqual(place(1));
    expect(arc(0, 0.5, 100)).toMatch(/^M -100\.00 -?0\.00 A 100 100 0 0 1 -?0\.00 -100\.00$/);
  });
});

describe('a breach', () => {
  const price = { won_per_kw: 8320, months: 12 };
  const demand = (kw: number) => ({ kw, basis: {}, unknown: [] });
  it('costs every kW over, for every month that it is paid', () => {
    expect(breachWon({ cast, billing_demand: demand(400), price })).toBe(20 * 8320 * 12);
  });
  it('costs nothing below the billing demand, whatever the aim', () => {
    expect(breachWon({ cast, billing_demand: demand(500), price })).toBe(0);
    expect(breachWon({ cast, billing_demand: null, price })).toBe(0);
  });
});

describe('today against what was expected', () => {
  it('compares the same quarters of an hour', () => {
    const forecast = { actual_kwh: [10, null, 14], p50_kwh: [9, 9, 9] };
    expect(againstExpected(forecast)).toEqual({ drawn: 24, expected: 18 });
    expect(againstExpected({ actual_kwh: [null], p50_kwh: [9] })).toEqual({});
  });
});
