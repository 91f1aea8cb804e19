import type { ColumnMapping } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';
import { oneOf } from '../../../ui/search';

type Spec = ColumnMapping['spec'];

const QUANTITIES = ['active_energy', 'reactive_energy_lagging', 'reactive_energy_leading'] as const;
const QUARTER_S = 900;

const spellings = (text = '') =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** What a form says about a file, as the server keeps it. */
export function mappingOf(values: Values): Spec {
  return {
    time: spellings(values.time),
    clock: spellings(values.clock),
    date_order:
      oneOf('year_month_day', 'day_month_year', 'month_day_year')(values.date_order) ??
      'year_month_day',
    label: oneOf('end', 'start')(values.label) ?? 'end',
    interval_s: QUARTER_S,
    zone: 'Asia/Seoul',
    values: QUANTITIES.flatMap((quantity) => {
      const columns = spellings(values[quantity]);
      return columns.length > 0
        ? [{ quantity, columns, required: quantity === 'active_energy' }]
        : [];
    }),
  };
}
