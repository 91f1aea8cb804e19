import { expect, it } from 'vitest';
import type { ContractTerms } from '../../api/types';
import { i18next } from '../i18n';
import { className, optionName, rowOn, voltageOf } from './tariff';

const t = i18next.getFixedT('ko');

it('names classes and choices as invoices do, and keeps a code that it does not know', () => {
  expect(`${className(t, 'industrial_b')} ${optionName(t, 'hv-a-2')}`).toBe(
    '산업용(을) 고압A 선택II',
  );
  expect(optionName(t, 'hv-c-3')).toBe('고압C 선택III');
  expect(optionName(t, 'low')).toBe('저압');
  expect(optionName(t, 'hv-d-1')).toBe('hv-d-1');
});

it('knows the voltage of a choice', () => {
  expect(voltageOf('hv-a-2')).toBe('hv-a');
  expect(voltageOf('low')).toBe('low');
});

it('finds the terms of a day', () => {
  const row = (from: string, contract_kw: number) => ({
    class: 'industrial_b',
    tariff: 'v',
    option: 'hv-a-1',
    contract_kw,
    from,
  });
  const terms: ContractTerms = {
    name: '수전',
    active_point_id: 'p',
    reading_day: 0,
    rows: [row('2025-01-01', 700), row('2026-04-16', 800)],
  };
  expect(rowOn(terms, '2026-04-15')?.contract_kw).toBe(700);
  expect(rowOn(terms, '2026-04-16')?.contract_kw).toBe(800);
  expect(rowOn(terms, '2024-01-01')?.contract_kw).toBe(700);
});
