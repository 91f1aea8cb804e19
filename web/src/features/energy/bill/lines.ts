// Lines of bills: sorted into the parts of a bar, and as a file.
import type { Bill, BillLine, BillSentence } from '../../../api/types';

/** The parts of a month's bar, from the ground up. */
export const PARTS = ['basic', 'light', 'mid', 'peak', 'flat', 'other', 'tax'] as const;
export type Part = (typeof PARTS)[number];
const BANDS: Readonly<Record<string, Part>> = {
  light: 'light',
  mid: 'mid',
  peak: 'peak',
  all: 'flat',
};

/** The part that a line belongs to; sums are of no part. A discount is taken off its band. */
export function partOf({ code, group }: Pick<BillLine, 'code' | 'group'>): Part | undefined {
  if (group === 'charge' || group === 'total') return undefined;
  if (group === 'basic') return 'basic';
  if (group === 'vat' || group === 'fund') return 'tax';
  if (group !== 'energy') return 'other';
  return BANDS[code.split('.').at(-1) ?? ''] ?? 'flat';
}

/** Won by part; a line that cannot be computed adds nothing. */
export function partsOf({ lines }: Pick<Bill, 'lines'>): Record<Part, number> {
  const sums: Record<Part, number> = {
    basic: 0,
    light: 0,
    mid: 0,
    peak: 0,
    flat: 0,
    other: 0,
    tax: 0,
  };
  for (const line of lines) {
    const part = partOf(line);
    if (part) sums[part] += line.won ?? 0;
  }
  return sums;
}

/** The parts that any of the bills has, in their order. */
export function partsUsed(bills: readonly Pick<Bill, 'lines'>[]): Part[] {
  const used = new Set(bills.flatMap(({ lines }) => lines.map(partOf)));
  return PARTS.filter((part) => used.has(part));
}

/** The stable code of a sentence. */
export function codeOf({ parameters }: BillSentence): string {
  const code = (parameters as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** What a rate is of: won for each of a quantity, a share, or nothing where the line is a sum. */
export function rateOf({ group, unit }: Pick<BillLine, 'group' | 'unit'>) {
  if (group === 'charge' || group === 'total') return 'none';
  if (unit === 'percent' || unit === 'won') return 'percent';
  return unit === 'kw' ? 'kw' : 'kwh';
}

/** Digits behind the point of a decimal. */
export const digitsOf = (decimal: string) => decimal.split('.')[1]?.length ?? 0;

/** The sources of a bill, each once, in the order of the lines. */
export const sourcesOf = ({ lines }: Pick<Bill, 'lines'>) => [
  ...new Set(lines.filter((line) => partOf(line)).map((line) => line.source)),
];

/** What a kWh cost in all, won; absent where no energy was used. */
export const wonPerKwh = ({ total_won, kwh }: Pick<Bill, 'total_won' | 'kwh'>) =>
  kwh > 0 ? total_won / kwh : undefined;

/** One row for each line of each month. */
export function csvRows(bills: readonly Bill[], head: readonly string[], locale: string) {
  const ko = locale === 'ko';
  const body = bills.flatMap((bill) =>
    bill.lines.map((line) => [
      bill.month,
      line.code,
      ko ? line.name_ko : line.name_en,
      line.quantity,
      line.unit,
      line.rate,
      line.won,
      ko ? line.rule.ko : line.rule.en,
      line.status,
      line.source,
    ]),
  );
  return [head, ...body];
}
