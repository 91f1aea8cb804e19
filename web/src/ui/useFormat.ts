import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as f from './format';

type When = Parameters<typeof f.dateTime>[0];

/** The functions of `format` in the reader's language. */
export function useFormat() {
  const { i18n } = useTranslation();
  const locale = i18n.language;
  return useMemo(
    () => ({
      locale,
      dateTime: (when: When, seconds = false) => f.dateTime(when, locale, seconds),
      day: (when: When) => f.dayOnly(when, locale),
      clock: (when: When, seconds = true) => f.clock(when, locale, seconds),
      short: (when: When) => f.shortTime(when, locale),
      ago: (seconds: number) => f.ago(seconds, locale),
      number: (value: number | null | undefined, decimals = 0) => f.number(value, locale, decimals),
      compact: (value: number) => f.compact(value, locale),
      month: (month: string) => f.monthName(month, locale),
      percent: (share: number) => f.percent(share, locale),
    }),
    [locale],
  );
}
