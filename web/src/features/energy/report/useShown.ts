import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../ui/useFormat';
import { wonPerKwh } from '../bill/lines';

type Figure = number | null | undefined;

/** Figures with their units; what is not known is a dash. */
export function useShown() {
  const { t } = useTranslation();
  const format = useFormat();
  const unit = (value: Figure, name: string, decimals = 0) =>
    value == null ? '–' : `${format.number(value, decimals)} ${name}`;
  return {
    unit,
    kwh: (value: Figure) => unit(value, 'kWh'),
    kw: (value: Figure) => unit(value, 'kW', 1),
    won: (value: Figure) => (value == null ? '–' : t('bill.won_of', { won: format.number(value) })),
    percent: (value: Figure) => unit(value, '%', 1),
    /** A change with its sign. */
    change: (value: Figure) =>
      value == null ? '–' : `${value > 0 ? '+' : ''}${format.number(value, 1)} %`,
    perKwh: (bill: { total_won: number; kwh: number }) => {
      const rate = wonPerKwh(bill);
      return rate === undefined ? '' : t('bill_rate.kwh', { rate: format.number(rate, 1) });
    },
  };
}
