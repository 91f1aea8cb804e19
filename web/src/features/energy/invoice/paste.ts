// Reads what somebody copied from an invoice or a spreadsheet: names of lines and won.

/** What invoices print as one line, in their order; the codes are the server's. */
export const LINES = [
  'basic',
  'power_factor',
  'energy',
  'climate',
  'fuel',
  'excess',
  'charge',
  'vat',
  'fund',
  'total',
] as const;
export type Line = (typeof LINES)[number];

/** Lines with a quantity on the invoice: kW and kWh. */
export const QUANTITY_UNIT: Readonly<Partial<Record<Line, string>>> = {
  basic: 'kW',
  energy: 'kWh',
};

/** What a line is called on invoices and in exports, without spaces; the longest name wins. */
const NAMES: readonly (readonly [string, Line])[] = [
  ['기본요금', 'basic'],
  ['역률요금', 'power_factor'],
  ['전력량요금', 'energy'],
  ['사용량요금', 'energy'],
  ['기후환경요금', 'climate'],
  ['연료비조정액', 'fuel'],
  ['연료비조정요금', 'fuel'],
  ['초과사용부가금', 'excess'],
  ['초과사용부가요금', 'excess'],
  ['전기요금계', 'charge'],
  ['부가가치세', 'vat'],
  ['부가세', 'vat'],
  ['전력산업기반기금', 'fund'],
  ['전력기금', 'fund'],
  ['청구금액', 'total'],
  ['청구요금', 'total'],
  ['합계금액', 'total'],
  ['basiccharge', 'basic'],
  ['powerfactor', 'power_factor'],
  ['energycharge', 'energy'],
  ['climate', 'climate'],
  ['fuel', 'fuel'],
  ['excess', 'excess'],
  ['electricitycharge', 'charge'],
  ['vat', 'vat'],
  ['industryfund', 'fund'],
  ['amountbilled', 'total'],
];

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s"'()·:]/g, '');

/** The line that a name stands for: the server's own codes are names too. */
export function lineOf(name: string): Line | undefined {
  const own = LINES.find((line) => line === name.trim().toLowerCase());
  if (own) return own;
  const text = plain(name);
  return NAMES.filter(([word]) => text.includes(word)).sort(
    ([a], [b]) => b.length - a.length,
  )[0]?.[1];
}

/** Won as somebody writes them: `3,328,000원`, `-1,200`, `△1,200`. */
export function wonOf(text: string): number | undefined {
  const digits = text
    .normalize('NFKC')
    .replaceAll(/[\s,"원₩]/g, '')
    .replace(/^[△▲−–]/, '-');
  return /^-?\d{1,14}(\.0+)?$/.test(digits) ? Number(digits) : undefined;
}

/** kW or kWh as somebody writes them: `144,050.5`. */
export function quantityOf(text: string): number | undefined {
  const digits = text
    .normalize('NFKC')
    .replaceAll(/[\s,"]/g, '')
    .replace(/k(wh|w)$/i, '');
  return /^\d{1,9}(\.\d{1,6})?$/.test(digits) ? Number(digits) : undefined;
}

export interface Pasted {
  lines: Partial<Record<Line, number>>;
  /** Rows that were not understood, as they stood. */
  rest: string[];
}

/** A name, spaces and a number at the end: as a page or a letter has it. */
const SPACED = /^([^,]*\S)\s+([-△▲−–]?[\d,]+)\s*원?$/;
/** Cells between commas, but not between the commas of thousands. */
const CELL = /"[^"]*"|[-△▲−–]?\d{1,3}(?:,\d{3})+(?!\d)(?:\.0+)?|[^,]+/g;

/** A row into cells: by tab, else by the spaces before its number, else by comma. */
function cellsOf(row: string): string[] {
  if (row.includes('\t')) return row.split('\t');
  const spaced = SPACED.exec(row.trim());
  return spaced ? spaced.slice(1) : (row.match(CELL) ?? []);
}

/** A month as exports write it: `2026-06`, `2026년 06월`, `202606`. */
const monthOf = (text: string) => {
  const found = /^(20\d\d)\D{0,2}(0?[1-9]|1[0-2])월?$/.exec(text.replaceAll(/[\s"]/g, ''));
  return found ? `${found[1]}-${(found[2] ?? '').padStart(2, '0')}` : undefined;
};

/** The utility's export by month: a head with names of lines, and one row for each month. */
function readMonths(rows: readonly string[], month: string): Pasted | undefined {
  const cells = rows.map((row) => cellsOf(row).map((cell) => cell.trim()));
  const [head = [], ...body] = cells;
  const at = head.findIndex((cell) => /^"?(연월|청구월|month)/i.test(cell));
  if (at < 0) return undefined;
  const row = body.find((each) => monthOf(each[at] ?? '') === month);
  const lines: Pasted['lines'] = {};
  for (const [place, name] of head.entries()) {
    const [line, won] = [lineOf(name), wonOf(row?.[place] ?? '')];
    if (line !== undefined && won !== undefined && lines[line] === undefined) lines[line] = won;
  }
  return { lines, rest: row ? [] : [...rows] };
}

/**
 * Every row that names a line and ends with won; the last number of a row counts. Of an export by month, the
 * row of `month`.
 */
export function readPaste(text: string, month: string): Pasted {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((row) => row.trim() !== '');
  const months = readMonths(rows, month);
  if (months) return months;
  const pasted: Pasted = { lines: {}, rest: [] };
  for (const row of rows) {
    const cells = cellsOf(row).map((cell) => cell.trim());
    const line = lineOf(cells[0] ?? '');
    const won = cells
      .slice(1)
      .map(wonOf)
      .findLast((won) => won !== undefined);
    if (line === undefined || won === undefined || pasted.lines[line] !== undefined) {
      pasted.rest.push(row.trim());
    } else {
      pasted.lines[line] = won;
    }
  }
  return pasted;
}

/** The text of a file: UTF-8, else the code page of Korean spreadsheets. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('euc-kr').decode(bytes);
  }
}
