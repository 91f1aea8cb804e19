// Classes, voltages and choices of electricity contracts in the words of its invoices.
import type { TFunction } from 'i18next';
import type { ContractTerms, ContractTermsRow, Tariff } from '../../api/types';

/** 산업용(을): a class that has no words keeps its code. */
export const className = (t: TFunction, code: string): string =>
  t(`tariff_class.${code}`, { defaultValue: code });

/** 고압A 선택II: a choice that has no words keeps its code. */
export const optionName = (t: TFunction, code: string): string =>
  t(`tariff_option.${code}`, { defaultValue: code });

/** The voltage that a choice belongs to: `hv-a` of `hv-a-2`. A customer cannot choose its voltage. */
export const voltageOf = (option: string) => option.replace(/-\d+$/, '');

/** A version as people tell them apart: by its first day. */
export const versionName = ({ name_ko, name_en }: Tariff, locale: string) =>
  locale === 'ko' ? name_ko : name_en;

/** The terms in force on a day; before and after all of them, the nearest. */
export function rowOn(terms: ContractTerms, day: string): ContractTermsRow | undefined {
  const begun = terms.rows.filter((row) => row.from <= day);
  return begun.at(-1) ?? terms.rows[0];
}
