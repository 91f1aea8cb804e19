import { describe, expect, it } from 'vitest';
import { firstSize, type Inputs, numberOf, roundSize, sizingOf } from './inputs';

const FULL: Inputs = {
  kwh: '400',
  kw: '200',
  won_per_kwh: '400000',
  won_per_kw: '100000',
  life_years: '12',
  pv_kw: '',
  pv_won_per_kw: '',
  pv_life_years: '',
  pv_yearly_kwh: '',
};

describe('the question about sizes', () => {
  it('goes through sizes around the chosen one, each with half and whole power', () => {
    const asked = sizingOf(FULL, { from: '2026-01', to: '2026-06' });
    expect(asked).toMatchObject({
      capacity_kwh: [100, 200, 400, 600, 800, 1200],
      power_kw: [100, 200],
      won_per_kwh: 400_000,
      life_years: 12,
      from: '2026-01',
      pv: null,
    });
  });

  it('is not asked while a price or a life is missing: none is made up', () => {
    for (const name of ['kwh', 'kw', 'won_per_kwh', 'won_per_kw', 'life_years'] as const) {
      expect(sizingOf({ ...FULL, [name]: '' }, {}), name).toBeUndefined();
      expect(sizingOf({ ...FULL, [name]: '-1' }, {}), name).toBeUndefined();
    }
    expect(sizingOf({ ...FULL, life_years: '51' }, {})).toBeUndefined();
    expect(sizingOf({ ...FULL, pv_kw: '100' }, {}), 'modules without a price').toBeUndefined();
  });

  it('takes modules with their price and life, the yield only when it is given', () => {
    const pv = { ...FULL, pv_kw: '100', pv_won_per_kw: '1100000', pv_life_years: '20' };
    expect(sizingOf(pv, {})?.pv).toEqual({
      kw: 100,
      won_per_kw: 1_100_000,
      life_years: 20,
      yearly_kwh_per_kw: null,
    });
    expect(sizingOf({ ...pv, pv_yearly_kwh: '1300' }, {})?.pv?.yearly_kwh_per_kw).toBe(1_300);
  });
});

it('begins with a round battery of an eighth of the contract', () => {
  expect(firstSize(8_000)).toEqual({ kw: 1_000, kwh: 2_000 });
  expect(firstSize(500)).toEqual({ kw: 50, kwh: 100 });
  expect(firstSize(10)).toEqual({ kw: 10, kwh: 20 });
  expect([0, 62.5, 1_240, 8_800].map(roundSize)).toEqual([0, 50, 1_000, 10_000]);
  expect([numberOf(''), numberOf('x'), numberOf('0'), numberOf('1.5')]).toEqual([
    undefined,
    undefined,
    0,
    1.5,
  ]);
});
