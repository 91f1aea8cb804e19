import { expect, it } from 'vitest';
import type { Bill, DemandDay } from '../../../api/types';
import { calendarOf, kwAt, monthRows, setBy } from './calendar';

const day = (date: string, kw: number, missing_slots = 0): DemandDay => ({
  date,
  kw,
  at: `${date}T09:30:00`,
  band: 'mid',
  counts: true,
  missing_slots,
});
const bill = (month: string, basis: unknown, kw = 612) =>
  ({
    month,
    demand: { kw, basis, unknown: [] },
    peaks: { counting: { kw: 540, at: `${month}-03T10:00:00` }, missing_slots: 0 },
  }) as unknown as Bill;
const at = '2025-12-01T13:30:00';
const BILLS = [
  bill('2025-12', { basis: 'month_peak', at }),
  bill('2026-01', { basis: 'carried_over', from: '2025-12', at }),
  bill('2026-02', { basis: 'floor', percent: 30, contract_w: 800_000 }),
];

it('knows the months whose billing demand a day sets', () => {
  expect([...setBy(BILLS)]).toEqual([['2025-12-01', ['2025-12', '2026-01']]]);
});

it('lays the days out by month, with a hole where nothing is known', () => {
  const days = [day('2025-12-30', 100), day('2026-01-01', 600), day('2026-02-01', 350, 4)];
  const rows = calendarOf(days, setBy(BILLS), '2026-02-02');
  expect(rows.map(({ month, cells }) => [month, cells.length])).toEqual([
    ['2025-12', 31],
    ['2026-01', 31],
    ['2026-02', 28],
  ]);
  const cell = (row: number, of: number) => rows[row]?.cells[of - 1];
  expect(cell(0, 29)).toBeUndefined();
  expect(cell(0, 30)?.level).toBe(1);
  expect(cell(0, 31)).toMatchObject({ date: '2025-12-31', day: undefined, level: undefined });
  expect(cell(1, 1)?.level).toBe(5);
  expect(cell(2, 1)?.level).toBe(3);
  expect(cell(2, 2)).toMatchObject({ day: undefined });
  expect(cell(2, 3)).toBeUndefined();
  expect(calendarOf([], new Map(), '2026-02-02')).toEqual([]);
});

it('says until when a peak goes on counting', () => {
  expect(monthRows(BILLS).map(({ from, until }) => [from, until])).toEqual([
    ['2025-12', '2026-11'],
    ['2025-12', '2026-11'],
    [undefined, undefined],
  ]);
  expect(monthRows([bill('2026-10', { basis: 'month_peak', at })])[0]?.until).toBe('2026-10');
});

it('reads the curve at a share of the time', () => {
  const curve = [
    { hours: 1, kw: 600 },
    { hours: 50, kw: 300 },
    { hours: 100, kw: 20 },
  ];
  expect(kwAt(curve, 0.01)).toBe(600);
  expect(kwAt(curve, 0.5)).toBe(300);
  expect(kwAt([], 0.5)).toBeUndefined();
});
