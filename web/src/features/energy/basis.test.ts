import { expect, it } from 'vitest';
import { i18next } from '../../app/i18n';
import { basisOf, basisWords, carriesUntil } from './basis';

it('reads what a billing demand rests on, and nothing out of what it does not know', () => {
  const at = '2025-12-01T13:30:00';
  expect(basisOf({ basis: 'month_peak', at })).toEqual({ kind: 'month_peak', at });
  expect(basisOf({ basis: 'carried_over', from: '2025-12', at: null })).toEqual({
    kind: 'carried_over',
    from: '2025-12',
    at: undefined,
  });
  expect(basisOf({ basis: 'floor', percent: 30, contract_w: 800_000 })).toEqual({
    kind: 'floor',
    percent: 30,
    kw: 800,
  });
  expect(basisOf({ basis: 'another' })).toBeUndefined();
  expect(basisOf(null)).toBeUndefined();
});

it('says it in words', () => {
  const words = basisWords(i18next.getFixedT('ko'), (month) => month, {
    basis: 'carried_over',
    from: '2025-12',
  });
  expect(words).toContain('2025-12');
});

it('carries the peaks of winter and summer for eleven months, and no others', () => {
  expect(carriesUntil('2025-12')).toBe('2026-11');
  expect(carriesUntil('2026-07')).toBe('2027-06');
  expect(carriesUntil('2026-10')).toBe('2026-10');
});
