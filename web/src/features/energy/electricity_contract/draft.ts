// A contract while somebody writes it: texts as they stand in the fields.
import type {
  ContractTerms,
  ContractTermsRow,
  ElectricityContract,
  Point,
  Tariff,
} from '../../../api/types';
import { isQuarterly } from '../quarter';
import { dayAfter, dayBefore, latest } from '../time';

export interface DraftRow {
  class: string;
  tariff: string;
  option: string;
  contract_kw: string;
  from: string;
  to: string;
}

export interface KnownRow {
  month: string;
  kw: string;
}

export interface Draft {
  /** The customer: an establishment, or the complex itself. */
  customer: string;
  name: string;
  active: string;
  lagging: string;
  leading: string;
  power: string;
  target_kw: string;
  reading_day: string;
  rows: DraftRow[];
  known: KnownRow[];
}

/** What a new contract begins with; the meter is read on the last day, as most are. */
export const EMPTY: Draft = {
  customer: '',
  name: '',
  active: '',
  lagging: '',
  leading: '',
  power: '',
  target_kw: '',
  reading_day: '0',
  rows: [],
  known: [],
};

export const QUANTITIES = {
  active: 'active_energy',
  lagging: 'reactive_energy_lagging',
  leading: 'reactive_energy_leading',
  power: 'active_power',
} as const;
export type Meter = keyof typeof QUANTITIES;
export const METERS = Object.keys(QUANTITIES) as Meter[];

/** Power that comes more seldom says too little about a quarter of an hour. */
const POWER_S_MAX = 180;
const DAYS_28 = 28;

/** The points that can carry a bill of this customer. */
export const pointsFor = (points: readonly Point[], customer: string, meter: Meter) =>
  points.filter(
    (point) =>
      point.quantity === QUANTITIES[meter] &&
      (meter === 'power' ? point.expected_interval_s <= POWER_S_MAX : isQuarterly(point)) &&
      (point.owner
        ? point.owner.establishment_id === customer
        : point.class === 'complex' && point.complex_id === customer),
  );

/** The terms of a customer are for its establishment; without one, for the complex itself. */
export const customerOf = (contract: ElectricityContract) =>
  contract.establishment_id ?? contract.complex_id;

export function draftOf(contract: ElectricityContract): Draft {
  const { terms } = contract;
  return {
    customer: customerOf(contract),
    name: terms.name,
    active: terms.active_point_id,
    lagging: terms.lagging_point_id ?? '',
    leading: terms.leading_point_id ?? '',
    power: terms.power_point_id ?? '',
    target_kw: terms.target_kw ? String(terms.target_kw) : '',
    reading_day: String(terms.reading_day >= DAYS_28 ? 0 : terms.reading_day),
    rows: terms.rows.map((row) => ({
      ...row,
      contract_kw: String(row.contract_kw),
      to: row.to ?? '',
    })),
    known: (terms.known_demands ?? []).map(({ month, kw }) => ({ month, kw: String(kw) })),
  };
}

export function termsOf(draft: Draft): ContractTerms {
  return {
    name: draft.name.trim(),
    active_point_id: draft.active,
    lagging_point_id: draft.lagging || null,
    leading_point_id: draft.leading || null,
    power_point_id: draft.power || null,
    target_kw: draft.target_kw.trim() ? Number(draft.target_kw) : null,
    reading_day: Number(draft.reading_day),
    rows: sorted(draft.rows).map(
      (row): ContractTermsRow => ({
        ...row,
        contract_kw: Number(row.contract_kw),
        to: row.to || null,
      }),
    ),
    known_demands: draft.known.map(({ month, kw }) => ({ month, kw: Number(kw) })),
  };
}

const sorted = (rows: readonly DraftRow[]) =>
  [...rows].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));

const isWhole = (text: string) => /^\d+$/.test(text) && Number(text) > 0;

const isHalf = (row: DraftRow) =>
  !row.class || !row.tariff || !row.option || !row.from || !isWhole(row.contract_kw);

/** Where the dates of the rows do not fit together, as the key of a sentence. */
function datesFault(rows: readonly DraftRow[]): string | undefined {
  if (rows.some((row) => row.to && row.to < row.from)) return 'electricity_contract.fault_order';
  const inOrder = sorted(rows);
  for (const [index, row] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (!next) break;
    if (!row.to || row.to >= next.from) return 'electricity_contract.fault_overlap';
    if (dayAfter(row.to) !== next.from) return 'electricity_contract.fault_hole';
  }
  return undefined;
}

/** Keys of the sentences that say what is still missing, in the order of the form. */
export function faultsOf(draft: Draft): string[] {
  const { rows, known } = draft;
  const found = [
    draft.customer === '' && 'electricity_contract.fault_customer',
    draft.name.trim() === '' && 'electricity_contract.fault_name',
    draft.active === '' && 'electricity_contract.fault_active',
    draft.target_kw.trim() !== '' &&
      !isWhole(draft.target_kw.trim()) &&
      'electricity_contract.fault_target',
    rows.length === 0 && 'electricity_contract.fault_rows',
    rows.some(isHalf) && 'electricity_contract.fault_half',
    rows.length > 0 && !rows.some(isHalf) && datesFault(rows),
    known.some(({ month, kw }) => !month || !isWhole(kw)) && 'electricity_contract.fault_known',
    new Set(known.map(({ month }) => month)).size < known.length &&
      'electricity_contract.fault_known_twice',
  ];
  return found.filter((fault): fault is string => typeof fault === 'string');
}

/** What a customer pays by from a day on: the same choice and power in each version in its time. */
export function followTariffs(
  wanted: Pick<DraftRow, 'class' | 'option' | 'contract_kw' | 'from'>,
  tariffs: readonly Tariff[],
): DraftRow[] {
  return tariffs
    .filter((tariff) => tariff.class === wanted.class)
    .filter((tariff) => !tariff.effective_to || tariff.effective_to >= wanted.from)
    .sort((a, b) => (a.effective_from < b.effective_from ? -1 : 1))
    .map((tariff) => ({
      class: wanted.class,
      tariff: tariff.id,
      option: wanted.option,
      contract_kw: wanted.contract_kw,
      from: latest(tariff.effective_from, wanted.from),
      to: tariff.effective_to ?? '',
    }));
}

/** One more row that begins where the last one is made to end. */
export function withRow(rows: readonly DraftRow[], today: string): DraftRow[] {
  const last = sorted(rows).at(-1);
  if (!last) {
    return [{ class: '', tariff: '', option: '', contract_kw: '', from: today, to: '' }];
  }
  const from = last.to ? dayAfter(last.to) : today > last.from ? today : dayAfter(last.from);
  const ended = rows.map((row) =>
    row === last && !row.to ? { ...row, to: dayBefore(from) } : row,
  );
  return [...ended, { ...last, from, to: '' }];
}
