import { expect, it } from 'vitest';
import { csvText } from './csv';

const body = (rows: Parameters<typeof csvText>[0]) => csvText(rows).slice(1);

it('quotes what holds a comma, a quote or a line end', () => {
  expect(body([['가,나', '그가 "네"라고', 'a\nb']])).toBe('"가,나","그가 ""네""라고","a\nb"\r\n');
});

it('starts with the mark that lets Excel read Korean', () => {
  expect(csvText([['가']]).charCodeAt(0)).toBe(0xfeff);
});

it('does not hand a formula to a spreadsheet, and leaves negative numbers alone', () => {
  expect(body([['=1+1', '@a', -3.5, '-2', '+82']])).toBe("'=1+1,'@a,-3.5,-2,'+82\r\n");
});

it('leaves a missing value empty', () => {
  expect(body([[null, undefined, 0, false]])).toBe(',,0,false\r\n');
});
