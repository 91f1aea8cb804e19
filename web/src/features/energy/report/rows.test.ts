import { expect, it } from 'vitest';
import type { AnnualReport, ProductReport } from '../../../api/types';
import { monthRows, productRows } from './rows';

const FACTOR = {
  year: 2026,
  purpose: 'disclosure',
  tco2e_per_mwh: 0.4173,
  reference: '2023',
  published_on: '2025-12-17',
  source: 'a source',
  status: 'value verified',
};

it('lets no carbon of a product leave without its factor, and writes what is not known as empty', () => {
  const item = {
    product: '강관',
    code: null,
    months: ['2026-09', '2026-10'],
    tonnes: 12.5,
    bases: ['share', 'mass'],
    kwh: 1_000,
    kwh_per_t: 80,
    tco2e: null,
    kgco2e_per_t: null,
    missing_slots: 3,
  };
  const factors = [FACTOR, { ...FACTOR, year: 2025, tco2e_per_mwh: 0.4541 }];
  const report = { from: '2026-09', to: '2026-10', items: [item], factors };
  const [head, row] = productRows(report as unknown as ProductReport);
  expect(row).toHaveLength(head?.length ?? 0);
  const cell = (name: string) => row?.[head?.indexOf(name) ?? -1];
  expect(cell('months')).toBe(2);
  expect(cell('allocation')).toBe('share | mass');
  expect(cell('kgco2e_per_t')).toBeNull();
  expect(cell('grid_factor_tco2e_per_mwh')).toBe('0.4173 | 0.4541');
  expect(cell('factor_year')).toBe('2026 | 2025');
});

it('gives each month its toe, and none to a month that is not known', () => {
  const month = {
    month: '2026-01',
    total_won: 5,
    peak_kw: 1,
    missing_slots: 0,
    is_over: true,
    provisional: true,
  };
  const months = [
    { ...month, kwh: 1_000 },
    { ...month, month: '2026-02', kwh: null },
  ];
  const report = { months, carbon: { toe_per_kwh: 0.000213 } };
  const [head, first, second] = monthRows(report as unknown as AnnualReport);
  expect(head?.[2]).toBe('toe');
  expect(first?.[2]).toBeCloseTo(0.213);
  expect(second?.[2]).toBeNull();
  expect(first?.[head?.indexOf('provisional') ?? -1]).toBe(true);
});
