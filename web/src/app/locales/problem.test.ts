import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import en from './en.json';
import ko from './ko.json';

const CRATES = join(import.meta.dirname, '../../../../crates');
/** The body of `fn code(&self)`, and the code given to `Problem::new` or `Self::new`. */
const CODE_FN = /fn code\(&self\) -> &'static str \{([\s\S]*?)\n {4}\}/g;
const PROBLEM_NEW = /(?:Problem|Self)::new\(\s*(?:base::)?ErrorKind::\w+,\s*"([a-z_.]+)"/g;

/** The stable codes of the problems that the server's sources name. */
function codesOfServer(): string[] {
  const files = readdirSync(CRATES, { recursive: true })
    .map(String)
    .filter((path) => /\/src\/.*\.rs$/.test(path) && !/tests?\.rs$/.test(path))
    .map(
      (path) =>
        readFileSync(join(CRATES, path), 'utf8').split('#[cfg(test)]\nmod tests {')[0] ?? '',
    );
  const found = new Set<string>();
  for (const text of files) {
    for (const [, body = ''] of text.matchAll(CODE_FN)) {
      for (const [, code = ''] of body.matchAll(/"([a-z_]+(?:\.[a-z_]+)*)"/g)) found.add(code);
    }
    for (const [, code = ''] of text.matchAll(PROBLEM_NEW)) found.add(code);
  }
  return [...found].sort();
}

it('has Korean and English words for every problem that the server can answer with', () => {
  const codes = codesOfServer();
  expect(codes).toContain('stale_version');
  expect(codes).toContain('alarm.already_acknowledged');
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code) => !(code in ko.problem))).toEqual([]);
  expect(codes.filter((code) => !(code in en.problem))).toEqual([]);
});

it('says a problem in Korean to who reads Korean', () => {
  const foreign = Object.entries(ko.problem).filter(([, words]) => !/[가-힣]/.test(words));
  expect(foreign).toEqual([]);
});
