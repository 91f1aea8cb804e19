import { time } from 'echarts/core';
import { expect, it } from 'vitest';
import { chartLocale } from './chartLocale';

it('names months and days on axes in the language of the reader', () => {
  const november = new Date(2026, 10, 26);
  expect(time.format(november, '{MMM} {e}', false, chartLocale('ko'))).toBe('11월 4');
  expect(time.format(november, '{MMMM} {eeee}', false, chartLocale('ko'))).toBe('11월 목요일');
  expect(time.format(november, '{MMM} {ee}', false, chartLocale('en'))).toBe('Nov Thu');
});
