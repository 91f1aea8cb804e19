// What a CSV of readings looks like before it is sent: only its first lines are read here, the server judges all.

/** The largest file that the server takes. */
export const BYTES_MAX = 8 * 1024 * 1024;
/** How much of a file is read for the preview. */
export const HEAD_BYTES = 16 * 1024;
/** Lines of the preview. */
const LINES_MAX = 6;

export interface Head {
  form: 'long' | 'wide' | 'none';
  columns: string[];
  rows: string[][];
  /** Keys that stand in the file and that the device has no point for. */
  unknown: string[];
}

/** The cells of one line; a quoted cell may hold commas and doubled quotes. */
export function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at];
    if (quoted && sign === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === ',' && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += sign;
  }
  cells.push(cell.trim());
  return cells;
}

/** The form of a file, told by its header, and its first lines. */
export function headOf(text: string, points: readonly string[]): Head {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = cellsOf(lines[0] ?? '');
  const rows = lines
    .slice(1, LINES_MAX + 1)
    .filter((line) => line.trim() !== '')
    .map(cellsOf);
  const long = ['point', 'at', 'value'].every((name) => columns.includes(name));
  const form = long ? 'long' : columns.includes('at') && columns.length > 1 ? 'wide' : 'none';
  const place = columns.indexOf('point');
  const named =
    form === 'long'
      ? rows.map((row) => row[place] ?? '')
      : form === 'wide'
        ? columns.filter((name) => name !== 'at')
        : [];
  const unknown = [...new Set(named)].filter((name) => name !== '' && !points.includes(name));
  return { form, columns, rows, unknown };
}
