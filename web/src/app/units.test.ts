import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import ko from './locales/ko.json';
import { STORED_UNITS } from './units';

const TABLE = join(import.meta.dirname, '../../../crates/base/src/quantity.rs');
const ROW = /\bq\(\s*"([a-z0-9_]+)",\s*"[^"]+",\s*"[^"]+",\s*"([^"]+)"/g;

it('knows the stored unit and a word of every quantity of the server', () => {
  const rows = [...readFileSync(TABLE, 'utf8').matchAll(ROW)].map(([, code, unit]) => [code, unit]);
  expect(rows.length).toBeGreaterThan(20);
  expect(STORED_UNITS).toEqual(Object.fromEntries(rows));
  expect(rows.filter(([code = '']) => !(code in ko.quantity))).toEqual([]);
});
