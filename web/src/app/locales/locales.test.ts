import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import en from './en.json';
import ko from './ko.json';

const SOURCE = join(import.meta.dirname, '../..');

/** `{a: {b: 'x'}}` as `a.b` → `x`. */
function flatten(tree: Record<string, Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([room, words]) =>
      Object.entries(words).map(([key, text]) => [`${room}.${key}`, text] as const),
    ),
  );
}

function sources(): string[] {
  return readdirSync(SOURCE, { recursive: true })
    .map(String)
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path))
    .map((path) => readFileSync(join(SOURCE, path), 'utf8'));
}

function uses(pattern: RegExp): Set<string> {
  return new Set(
    sources().flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')),
  );
}

const korean = flatten(ko);
const english = flatten(en);
const PARAMETERS = /\{\{\s*(\w+)\s*\}\}/g;
const parameters = (text = '') => [...text.matchAll(PARAMETERS)].map((match) => match[1]).sort();

it('says everything in both languages', () => {
  expect([...english.keys()].sort()).toEqual([...korean.keys()].sort());
});

it('fills in the same parameters in both languages', () => {
  for (const [key, text] of korean) {
    expect([key, parameters(english.get(key))]).toEqual([key, parameters(text)]);
  }
});

it('leaves no text empty', () => {
  const empty = [...korean, ...english].filter(([, text]) => text.trim() === '');
  expect(empty).toEqual([]);
});

it('knows every key that the pages use', () => {
  const literal = uses(/\bt\(\s*'([^']+)'/g);
  const named = uses(/\b(?:word|room): '([^']+)'/g);
  const missing = [...literal, ...named].filter((key) => !korean.has(key));
  expect(literal.size).toBeGreaterThan(300);
  expect(missing).toEqual([]);
});

it('knows words for every family of keys that is put together from a code', () => {
  const families = [...uses(/\bt\(\s*`([^`$]+)\$\{/g)];
  const missing = families.filter(
    (start) => ![...korean.keys()].some((key) => key.startsWith(start)),
  );
  expect(families.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

it('keeps no text that no page uses', () => {
  const all = sources().join('\n');
  const families = [...uses(/`([a-z_]+\.[a-z_]*)\$\{/g)];
  const unused = [...korean.keys()].filter(
    (key) => !all.includes(`'${key}'`) && !families.some((start) => key.startsWith(start)),
  );
  expect(unused).toEqual([]);
});
