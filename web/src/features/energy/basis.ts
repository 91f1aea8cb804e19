// What a billing demand rests on. The server sends it as a code with parameters.
import type { TFunction } from 'i18next';
import { monthAfter } from './time';

export type Basis =
  | { kind: 'month_peak'; at: string }
  | { kind: 'carried_over'; from: string; at?: string }
  | { kind: 'floor'; percent: number; kw: number }
  | { kind: 'contract' };

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const count = (value: unknown) => (typeof value === 'number' ? value : 0);

/** Reads what the server sent; something unknown is nothing. */
export function basisOf(sent: unknown): Basis | undefined {
  if (typeof sent !== 'object' || sent === null) return undefined;
  const { basis, at, from, percent, contract_w } = sent as Record<string, unknown>;
  const time = text(at);
  switch (basis) {
    case 'month_peak':
      return time ? { kind: basis, at: time } : undefined;
    case 'carried_over':
      return text(from) ? { kind: basis, from: text(from) ?? '', at: time } : undefined;
    case 'floor':
      return { kind: basis, percent: count(percent), kw: count(contract_w) / 1_000 };
    case 'contract':
      return { kind: basis };
    default:
      return undefined;
  }
}

/** What it rests on, in words. */
export function basisWords(t: TFunction, month: (month: string) => string, sent: unknown): string {
  const basis = basisOf(sent);
  if (!basis) return '';
  switch (basis.kind) {
    case 'carried_over':
      return t('basis.carried_over', { month: month(basis.from) });
    case 'floor':
      return t('basis.floor', { percent: basis.percent });
    case 'month_peak':
      return t('basis.month_peak');
    case 'contract':
      return t('basis.contract');
  }
}

/** The months whose peaks stay for the eleven months after them: winter and summer. */
const CARRIED = ['12', '01', '02', '07', '08', '09'];
const CARRIED_MONTHS = 11;

/** The last month that the peak of a month counts for. */
export function carriesUntil(month: string): string {
  return CARRIED.includes(month.slice(5)) ? monthAfter(month, CARRIED_MONTHS) : month;
}
