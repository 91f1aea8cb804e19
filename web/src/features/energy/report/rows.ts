// Reports as rows of a CSV file: the heads are the same in every language, as programs read them too.
import type { AnnualReport, MonthlyReport, ProductReport } from '../../../api/types';
import type { Cell } from '../../../ui/csv';

type Rows = (readonly Cell[])[];

/** The days of a month. */
export function dayRows(days: readonly MonthlyReport['days'][number][]): Rows {
  const head = [
    'date',
    'light_kwh',
    'mid_kwh',
    'peak_kwh',
    'flat_kwh',
    'kwh',
    'peak_kw',
    'peak_at',
    'missing_slots',
  ];
  const row = (day: MonthlyReport['days'][number]) => [
    day.date,
    day.light_kwh,
    day.mid_kwh,
    day.peak_kwh,
    day.flat_kwh,
    day.kwh,
    day.peak_kw,
    day.peak_at,
    day.missing_slots,
  ];
  return [head, ...days.map(row)];
}

/** Products with the factors of their years: a figure never leaves without its source. */
export function productRows({ from, to, items, factors }: ProductReport): Rows {
  const head = [
    'from',
    'to',
    'product',
    'cn_hs_code',
    'months',
    'tonnes',
    'allocation',
    'kwh',
    'kwh_per_t',
    'tco2e',
    'kgco2e_per_t',
    'missing_slots',
    'grid_factor_tco2e_per_mwh',
    'factor_year',
    'factor_purpose',
    'factor_source',
    'factor_status',
  ];
  const joined = (of: (factor: ProductReport['factors'][number]) => Cell) =>
    factors.map(of).join(' | ');
  return [
    head,
    ...items.map((item) => [
      from,
      to,
      item.product,
      item.code,
      item.months.length,
      item.tonnes,
      item.bases.join(' | '),
      item.kwh,
      item.kwh_per_t,
      item.tco2e,
      item.kgco2e_per_t,
      item.missing_slots,
      joined((factor) => factor.tco2e_per_mwh),
      joined((factor) => factor.year),
      joined((factor) => factor.purpose),
      joined((factor) => factor.source),
      joined((factor) => factor.status),
    ]),
  ];
}

/** The months of a year. */
export function monthRows({ months, carbon }: AnnualReport): Rows {
  const head = [
    'month',
    'kwh',
    'toe',
    'total_won',
    'peak_kw',
    'missing_slots',
    'is_over',
    'provisional',
  ];
  const toe = (kwh: number | null | undefined) =>
    kwh == null || carbon.toe_per_kwh == null ? null : kwh * carbon.toe_per_kwh;
  return [
    head,
    ...months.map((month) => [
      month.month,
      month.kwh,
      toe(month.kwh),
      month.total_won,
      month.peak_kw,
      month.missing_slots,
      month.is_over,
      month.provisional,
    ]),
  ];
}
