// An invoice while it is typed: texts, until all of them can be read.
import type { Invoice } from '../../../api/types';
import { LINES, type Line, type Pasted, QUANTITY_UNIT, quantityOf, wonOf } from './paste';

export interface Draft {
  won: Partial<Record<Line, string>>;
  quantity: Partial<Record<Line, string>>;
  note: string;
}

export const EMPTY: Draft = { won: {}, quantity: {}, note: '' };

const isLine = (code: string): code is Line => (LINES as readonly string[]).includes(code);

/** A kept invoice as it is typed; lines that this form does not show are kept by {@link bodyOf}. */
export function draftOf(invoice: Invoice | undefined): Draft {
  const draft: Draft = { won: {}, quantity: {}, note: invoice?.note ?? '' };
  for (const { code, won, quantity } of invoice?.lines ?? []) {
    if (!isLine(code)) continue;
    draft.won[code] = String(won);
    if (quantity != null) draft.quantity[code] = String(quantity);
  }
  return draft;
}

/** The lines whose text cannot be read. */
export function faultsOf({ won, quantity }: Draft): Line[] {
  const bad = (text: string | undefined, read: (text: string) => number | undefined) =>
    text !== undefined && text.trim() !== '' && read(text) === undefined;
  const lonely = (line: Line) => Boolean(quantity[line]?.trim()) && !won[line]?.trim();
  return LINES.filter(
    (line) => bad(won[line], wonOf) || bad(quantity[line], quantityOf) || lonely(line),
  );
}

/** What is sent; lines of the kept invoice that are not shown stay as they were. */
export function linesOf(draft: Draft, kept: Invoice | undefined): Invoice['lines'] {
  const typed = LINES.flatMap((line) => {
    const won = wonOf(draft.won[line] ?? '');
    if (won === undefined) return [];
    const quantity = QUANTITY_UNIT[line] ? quantityOf(draft.quantity[line] ?? '') : undefined;
    return [{ code: line, won, ...(quantity === undefined ? {} : { quantity }) }];
  });
  return [...typed, ...(kept?.lines ?? []).filter(({ code }) => !isLine(code))];
}

/** What was pasted takes the place of what was typed. */
export function withPaste(draft: Draft, { lines }: Pasted): Draft {
  const won = Object.fromEntries(
    Object.entries(lines).map(([line, amount]) => [line, String(amount)]),
  );
  return { ...draft, won: { ...draft.won, ...won } };
}
