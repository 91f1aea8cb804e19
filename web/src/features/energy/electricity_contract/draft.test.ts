import { expect, it } from 'vitest';
import type { ElectricityContract, Point, Tariff } from '../../../api/types';
import {
  type Draft,
  type DraftRow,
  draftOf,
  EMPTY,
  faultsOf,
  followTariffs,
  pointsFor,
  termsOf,
  withRow,
} from './draft';

const tariff = (id: string, from: string, to?: string, of = 'industrial_b'): Tariff => ({
  id,
  class: of,
  name_ko: id,
  name_en: id,
  effective_from: from,
  effective_to: to ?? null,
  source: '',
  status: 'reported',
  options: [],
});
const TARIFFS = [
  tariff('new', '2026-04-16'),
  tariff('old', '2024-10-24', '2026-04-15'),
  tariff('other', '2024-10-24', undefined, 'industrial_a1'),
];
const row = (part: Partial<DraftRow> = {}): DraftRow => ({
  class: 'industrial_b',
  tariff: 'new',
  option: 'hv-a-2',
  contract_kw: '800',
  from: '2026-04-16',
  to: '',
  ...part,
});
const whole: Draft = { ...EMPTY, customer: 'e', name: '수전', active: 'p', rows: [row()] };

it('fills the rows with the versions in force, each in its time', () => {
  const wanted = {
    class: 'industrial_b',
    option: 'hv-a-2',
    contract_kw: '800',
    from: '2025-11-01',
  };
  expect(followTariffs(wanted, TARIFFS)).toEqual([
    row({ tariff: 'old', from: '2025-11-01', to: '2026-04-15' }),
    row(),
  ]);
  expect(followTariffs({ ...wanted, from: '2026-05-01' }, TARIFFS)).toEqual([
    row({ from: '2026-05-01' }),
  ]);
});

it('does not invent a version for days before the first one', () => {
  const wanted = {
    class: 'industrial_b',
    option: 'hv-a-2',
    contract_kw: '800',
    from: '2018-01-01',
  };
  expect(followTariffs(wanted, TARIFFS)[0]?.from).toBe('2024-10-24');
});

it('says what is missing, and nothing of a whole contract', () => {
  expect(faultsOf(whole)).toEqual([]);
  expect(faultsOf(EMPTY)).toEqual([
    'electricity_contract.fault_customer',
    'electricity_contract.fault_name',
    'electricity_contract.fault_active',
    'electricity_contract.fault_rows',
  ]);
  const rows = (...list: DraftRow[]) => faultsOf({ ...whole, rows: list });
  expect(rows(row({ contract_kw: '' }))).toEqual(['electricity_contract.fault_half']);
  expect(rows(row({ from: '2025-01-01', to: '' }), row())).toEqual([
    'electricity_contract.fault_overlap',
  ]);
  expect(rows(row({ from: '2025-01-01', to: '2026-04-01' }), row())).toEqual([
    'electricity_contract.fault_hole',
  ]);
  expect(rows(row({ to: '2026-04-01' }))).toEqual(['electricity_contract.fault_order']);
  const known = [
    { month: '2026-07', kw: '612' },
    { month: '2026-07', kw: '600' },
  ];
  expect(faultsOf({ ...whole, known })).toEqual(['electricity_contract.fault_known_twice']);
});

it('writes the rows in the order of time, and reads what it wrote', () => {
  const old = row({ tariff: 'old', from: '2025-01-01', to: '2026-04-15' });
  const terms = termsOf({ ...whole, rows: [row(), old] });
  expect(terms.rows.map((each) => each.tariff)).toEqual(['old', 'new']);
  expect(terms.rows[1]).toMatchObject({ contract_kw: 800, to: null });
  const contract = { complex_id: 'c', establishment_id: 'e', terms } as ElectricityContract;
  expect(draftOf(contract)).toEqual({ ...whole, rows: [old, row()] });
});

it('ends the last row where another begins', () => {
  expect(withRow([row()], '2026-11-26')).toEqual([
    row({ to: '2026-11-25' }),
    row({ from: '2026-11-26' }),
  ]);
  expect(faultsOf({ ...whole, rows: withRow([row()], '2026-11-26') })).toEqual([]);
});

it('offers only the customer’s own quarter-hour counters', () => {
  const point = (part: Partial<Point>) =>
    ({
      quantity: 'active_energy',
      kind: 'interval',
      interval_s: 900,
      complex_id: 'c',
      class: 'tenant',
      owner: { establishment_id: 'e', from: '' },
      ...part,
    }) as Point;
  const good = point({});
  const points = [
    good,
    point({ interval_s: 3_600 }),
    point({ kind: 'gauge' }),
    point({ quantity: 'reactive_energy_lagging' }),
    point({ owner: { establishment_id: 'x', from: '' } }),
  ];
  expect(pointsFor(points, 'e', 'active')).toEqual([good]);
  const shared = point({ class: 'complex', owner: null });
  expect(pointsFor([...points, shared], 'c', 'active')).toEqual([shared]);
});
