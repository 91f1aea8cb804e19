import { expect, it } from 'vitest';
import type { Invoice } from '../../../api/types';
import { draftOf, EMPTY, faultsOf, linesOf, withPaste } from './draft';

const invoice = {
  note: '우편',
  lines: [
    { code: 'basic', won: 3_328_000, quantity: 400 },
    { code: 'energy.summer.peak', won: 7 },
  ],
} as Invoice;

it('shows a kept invoice as it was typed, and keeps lines that it does not show', () => {
  const draft = draftOf(invoice);
  expect(draft).toEqual({ won: { basic: '3328000' }, quantity: { basic: '400' }, note: '우편' });
  expect(linesOf(draft, invoice)).toEqual(invoice.lines);
  expect(draftOf(undefined)).toEqual(EMPTY);
});

it('sends only what can be read, in the order of an invoice', () => {
  const draft = { won: { vat: '1,000', basic: ' 2,000원 ' }, quantity: { basic: '' }, note: '' };
  expect(linesOf(draft, undefined)).toEqual([
    { code: 'basic', won: 2_000 },
    { code: 'vat', won: 1_000 },
  ]);
});

it('names the lines that cannot be read', () => {
  const draft = {
    won: { basic: 'x', energy: '', vat: '1' },
    quantity: { energy: '5' },
    note: '',
  };
  expect(faultsOf(draft)).toEqual(['basic', 'energy']);
  expect(faultsOf(EMPTY)).toEqual([]);
});

it('puts what was pasted in the place of what was typed', () => {
  const draft = withPaste(
    { ...EMPTY, won: { basic: '1', vat: '2' } },
    { lines: { basic: 9 }, rest: [] },
  );
  expect(draft.won).toEqual({ basic: '9', vat: '2' });
});
