import { expect, it } from 'vitest';
import { cellsOf, headOf } from './readingFile';

it('tells the two forms apart by their header', () => {
  const long = headOf('point,at,value\npm10,2026-11-25T09:00:00+09:00,31\n', ['pm10']);
  expect([long.form, long.rows.length, long.unknown]).toEqual(['long', 1, []]);
  const wide = headOf('\uFEFFat,pm10,pm99\r\n2026-11-25T09:00:00+09:00,31,1\r\n', ['pm10']);
  expect([wide.form, wide.columns, wide.unknown]).toEqual([
    'wide',
    ['at', 'pm10', 'pm99'],
    ['pm99'],
  ]);
  expect(headOf('날짜,값\n1,2\n', []).form).toBe('none');
  expect(headOf('', []).form).toBe('none');
});

it('shows no more than the first lines', () => {
  const text = `at,a\n${'2026-11-25T09:00:00Z,1\n'.repeat(50)}`;
  expect(headOf(text, ['a']).rows).toHaveLength(6);
});

it('reads quoted cells', () => {
  expect(cellsOf('"a,b", "say ""x""",3')).toEqual(['a,b', 'say "x"', '3']);
});
