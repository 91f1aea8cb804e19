import type { TFunction } from 'i18next';
import { expect, it } from 'vitest';
import { objectOf, payloadWords } from './words';

const t = ((key: string, values?: object) =>
  values ? `${key} ${JSON.stringify(values)}` : key) as unknown as TFunction;

it('says what a command asks for', () => {
  const words = (kind: 'sign' | 'siren' | 'lamp' | 'custom', payload: object) =>
    payloadWords({ kind, payload: payload as Record<string, never> }, t);
  expect(words('sign', { text: '대피' })).toBe('대피');
  expect(words('siren', { on: true, duration_s: 30 })).toBe('command.on_s {"seconds":30}');
  expect(words('siren', { on: true })).toBe('command.on');
  expect(words('lamp', { on: false })).toBe('command.off');
  expect(words('custom', { open: true })).toBe('{"open":true}');
});

it('takes objects and nothing else', () => {
  expect(objectOf('{"a": 1}')).toEqual({ a: 1 });
  for (const text of ['', '[1]', 'null', '3', '{']) expect(objectOf(text)).toBeUndefined();
});
