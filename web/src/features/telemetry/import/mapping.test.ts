import { expect, it } from 'vitest';
import { mappingOf } from './mapping';

it('keeps every spelling of a column and leaves out what the file has not', () => {
  const spec = mappingOf({
    time: '일시, 날짜 ,',
    label: 'start',
    date_order: 'day_month_year',
    active_energy: 'kWh',
  });
  expect(spec).toMatchObject({
    time: ['일시', '날짜'],
    clock: [],
    label: 'start',
    date_order: 'day_month_year',
    values: [{ quantity: 'active_energy', columns: ['kWh'], required: true }],
  });
});
