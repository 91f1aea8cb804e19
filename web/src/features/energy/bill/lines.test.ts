import { expect, it } from 'vitest';
import type { Bill, BillLine } from '../../../api/types';
import { codeOf, csvRows, digitsOf, partOf, partsOf, partsUsed, rateOf, wonPerKwh } from './lines';

const line = (code: string, group: string, won: number | null): BillLine => ({
  code,
  group,
  name_ko: '이름',
  name_en: 'name',
  quantity: 1,
  unit: 'kwh',
  rate: '110.9',
  won,
  rule: { ko: '규칙', en: 'rule', parameters: { code: 'energy_band' } },
  source: 'a source',
  status: 'reported',
});
const LINES = [
  line('basic', 'basic', 500),
  line('power_factor.lagging', 'power_factor', -20),
  line('energy.winter.light', 'energy', 100),
  line('discount.winter.light', 'energy', -10),
  line('energy.winter.mid', 'energy', 200),
  line('energy.winter.peak', 'energy', 300),
  line('climate', 'climate', 9),
  line('fuel', 'fuel', null),
  line('excess', 'excess', 0),
  line('charge', 'charge', 1_079),
  line('vat', 'vat', 108),
  line('fund', 'fund', 20),
  line('total', 'total', 1_200),
];

it('sorts the lines of a bill into the parts of its bar', () => {
  expect(partsOf({ lines: LINES })).toEqual({
    basic: 500,
    light: 90,
    mid: 200,
    peak: 300,
    flat: 0,
    other: -11,
    tax: 128,
  });
  expect(partsUsed([{ lines: LINES }])).toEqual(['basic', 'light', 'mid', 'peak', 'other', 'tax']);
  expect(partOf({ code: 'energy.summer.all', group: 'energy' })).toBe('flat');
  expect(partOf({ code: 'total', group: 'total' })).toBeUndefined();
});

it('knows what a rate is of', () => {
  expect(rateOf({ group: 'basic', unit: 'kw' })).toBe('kw');
  expect(rateOf({ group: 'energy', unit: 'kwh' })).toBe('kwh');
  expect(rateOf({ group: 'vat', unit: 'won' })).toBe('percent');
  expect(rateOf({ group: 'power_factor', unit: 'percent' })).toBe('percent');
  expect(rateOf({ group: 'total', unit: 'won' })).toBe('none');
  expect(digitsOf('110.9')).toBe(1);
  expect(digitsOf('8320')).toBe(0);
});

it('reads the code of a sentence, whatever stands there', () => {
  expect(codeOf({ ko: '', en: '', parameters: { code: 'gaps' } })).toBe('gaps');
  expect(codeOf({ ko: '', en: '', parameters: null })).toBe('');
});

it('divides by no energy', () => {
  expect(wonPerKwh({ total_won: 1_200, kwh: 10 })).toBe(120);
  expect(wonPerKwh({ total_won: 1_200, kwh: 0 })).toBeUndefined();
});

it('writes a line that cannot be computed as empty, not as 0', () => {
  const rows = csvRows([{ month: '2026-11', lines: LINES } as Bill], ['월'], 'en');
  expect(rows).toHaveLength(LINES.length + 1);
  expect(rows[8]?.slice(0, 7)).toEqual(['2026-11', 'fuel', 'name', 1, 'kwh', '110.9', null]);
});
