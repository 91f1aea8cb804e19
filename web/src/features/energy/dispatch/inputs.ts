import type { SizingNew } from '../../../api/types';

/** What is asked of a battery and of modules: as typed, so that a half-typed number stays. */
export interface Inputs {
  kwh: string;
  kw: string;
  won_per_kwh: string;
  won_per_kw: string;
  life_years: string;
  pv_kw: string;
  pv_won_per_kw: string;
  pv_life_years: string;
  pv_yearly_kwh: string;
}

/** Shares of the chosen capacity that the table of sizes goes through. */
const SHARES = [0.25, 0.5, 1, 1.5, 2, 3] as const;
const LIFE_MAX = 50;

/** A number of 0 and more; nothing when it is none. */
export function numberOf(text: string): number | undefined {
  const read = Number(text);
  return text.trim() !== '' && Number.isFinite(read) && read >= 0 ? read : undefined;
}

/** A round number near a value: 1, 1.5, 2, 3, 5 or 7.5 times a power of ten. */
export function roundSize(value: number): number {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.5, 2, 3, 5, 7.5, 10];
  const near = steps.reduce((best, step) =>
    Math.abs(step - value / power) < Math.abs(best - value / power) ? step : best,
  );
  return Math.round(near * power * 100) / 100;
}

/** A battery to begin with: an eighth of the contract power, for two hours. */
export function firstSize(contract_kw: number) {
  const kw = Math.max(roundSize(contract_kw / 8), 10);
  return { kw, kwh: kw * 2 };
}

/** The question about sizes; nothing while a price or a life is missing. */
export function sizingOf(
  inputs: Inputs,
  months: { from?: string; to?: string },
): SizingNew | undefined {
  const kwh = numberOf(inputs.kwh);
  const kw = numberOf(inputs.kw);
  const won_per_kwh = numberOf(inputs.won_per_kwh);
  const won_per_kw = numberOf(inputs.won_per_kw);
  const life_years = yearsOf(inputs.life_years);
  if (!kwh || !kw || won_per_kwh === undefined || won_per_kw === undefined || !life_years) {
    return undefined;
  }
  const pv = pvOf(inputs);
  if (inputs.pv_kw.trim() !== '' && numberOf(inputs.pv_kw) !== 0 && !pv) return undefined;
  const capacity_kwh = [...new Set(SHARES.map((share) => Math.round(share * kwh)))];
  return {
    ...months,
    capacity_kwh,
    power_kw: [...new Set([kw / 2, kw])],
    won_per_kwh,
    won_per_kw,
    life_years,
    pv: pv ?? null,
  };
}

function pvOf(inputs: Inputs) {
  const kw = numberOf(inputs.pv_kw);
  const won_per_kw = numberOf(inputs.pv_won_per_kw);
  const life_years = yearsOf(inputs.pv_life_years);
  if (!kw || won_per_kw === undefined || !life_years) return undefined;
  return { kw, won_per_kw, life_years, yearly_kwh_per_kw: numberOf(inputs.pv_yearly_kwh) || null };
}

function yearsOf(text: string): number | undefined {
  const years = numberOf(text);
  return years !== undefined && years >= 1 && years <= LIFE_MAX ? years : undefined;
}
