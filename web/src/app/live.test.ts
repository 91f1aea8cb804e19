import { expect, it } from 'vitest';
import type { Alarm, Latest } from '../api/types';
import { patchLatest, patchOpen } from './live';

const alarm = (id: string, part: Partial<Alarm> = {}) =>
  ({ id, state: 'unacknowledged', ...part }) as Alarm;

it('puts a new alarm first, changes one in its place, and drops one that is over', () => {
  const list = [alarm('a', { value: 81 }), alarm('b')];
  expect(patchOpen(list, alarm('c'), true)?.map((each) => each.id)).toEqual(['c', 'a', 'b']);
  const changed = patchOpen(list, alarm('a', { state: 'acknowledged' }), true);
  expect(changed?.map((each) => each.id)).toEqual(['a', 'b']);
  expect(changed?.[0]?.state).toBe('acknowledged');
  expect(patchOpen(list, alarm('a', { state: 'normal' }), false)?.map((each) => each.id)).toEqual([
    'b',
  ]);
});

it('keeps the value known before, since the news carry none', () => {
  expect(patchOpen([alarm('a', { value: 81 })], alarm('a'), true)?.[0]?.value).toBe(81);
});

it('leaves a list that is not loaded to its first reading', () => {
  expect(patchOpen(undefined, alarm('a'), true)).toBeUndefined();
  expect(patchLatest(undefined, [{ point_id: 'p' } as Latest])).toBeUndefined();
});

it('takes newer values and never an older one', () => {
  const item = (at: string, value: number) => ({ point_id: 'p', at, value }) as Latest;
  const known = [item('2026-11-25T10:00:00Z', 1)];
  expect(patchLatest(known, [item('2026-11-25T10:01:00Z', 2)])?.[0]?.value).toBe(2);
  expect(patchLatest(known, [item('2026-11-25T09:00:00Z', 0)])?.[0]?.value).toBe(1);
});
