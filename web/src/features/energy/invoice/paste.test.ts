import { expect, it } from 'vitest';
import { lineOf, quantityOf, readPaste, textOf, wonOf } from './paste';

it('knows the lines of an invoice by their names', () => {
  expect(lineOf('기본요금')).toBe('basic');
  expect(lineOf(' 전 력 량 요 금 ')).toBe('energy');
  expect(lineOf('연료비조정요금')).toBe('fuel');
  expect(lineOf('전력산업기반기금')).toBe('fund');
  expect(lineOf('전기요금계')).toBe('charge');
  expect(lineOf('청구금액(원)')).toBe('total');
  expect(lineOf('power_factor')).toBe('power_factor');
  expect(lineOf('TV수신료')).toBeUndefined();
});

it('reads won as people write them', () => {
  expect(['3,328,000', '3,328,000원', '-1,200', '△1,200', '0', '12.0'].map(wonOf)).toEqual([
    3_328_000, 3_328_000, -1_200, -1_200, 0, 12,
  ]);
  expect(['', '12.5', '기본', '1e5', '--1'].map(wonOf)).toEqual(Array(5).fill(undefined));
});

it('reads kW and kWh', () => {
  expect(['400', '144,050.5', '400 kW', '1,000kWh'].map(quantityOf)).toEqual([
    400, 144_050.5, 400, 1_000,
  ]);
  expect(quantityOf('-1')).toBeUndefined();
});

it('reads rows of a spreadsheet, of a CSV and of a page, and keeps what it does not understand', () => {
  const sheet = readPaste(
    '항목\t금액\n기본요금\t400\t3,328,000\n역률요금\t-33,280\nTV수신료\t2,500',
    '2026-06',
  );
  expect(sheet.lines).toEqual({ basic: 3_328_000, power_factor: -33_280 });
  expect(sheet.rest).toEqual(['항목\t금액', 'TV수신료\t2,500']);
  const csv = readPaste(
    '기본요금,3328000\r\n"전력량요금","12,345,670"\r\n부가가치세,1,567,367\n역률요금,-33,280\n연료비조정액,144050,720250',
    '2026-06',
  );
  expect(csv.lines).toEqual({
    basic: 3_328_000,
    energy: 12_345_670,
    vat: 1_567_367,
    power_factor: -33_280,
    fuel: 720_250,
  });
  const page = readPaste('기본요금 3,328,000원\n청구금액   17,654,320', '2026-06');
  expect(page.lines).toEqual({ basic: 3_328_000, total: 17_654_320 });
});

it('takes the first of two rows of a line', () => {
  expect(readPaste('기본요금\t1\n기본요금\t2', '2026-06')).toEqual({
    lines: { basic: 1 },
    rest: ['기본요금\t2'],
  });
});

it('takes the row of the month from an export by month', () => {
  const file =
    '\uFEFF연월,계약전력(kW),사용전력량(kWh),역률요금,청구요금(원)\n"2026년 05월",700,1,2,3\n"2026년 06월",700,"144,050","-33,280","17,654,320"';
  expect(readPaste(file, '2026-06').lines).toEqual({ power_factor: -33_280, total: 17_654_320 });
  expect(readPaste(file, '2026-05').lines.total).toBe(3);
  const other = readPaste(file, '2025-06');
  expect(other.lines).toEqual({});
  expect(other.rest).toHaveLength(3);
});

it('reads files of Korean spreadsheets', () => {
  const bytes = (list: number[]) => new Uint8Array(list).buffer;
  expect(textOf(bytes([0xb1, 0xe2, 0xb1, 0xdd]))).toBe('기금');
  expect(textOf(new TextEncoder().encode('기금').buffer as ArrayBuffer)).toBe('기금');
});
