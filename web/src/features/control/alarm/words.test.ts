import { expect, it } from 'vitest';
import type { Alarm } from '../../../api/types';
import { i18next } from '../../../app/i18n';
import { alarmTitle, inOrder, needsNotice, neighbour, subjectOf } from './words';

const alarm = (id: string, part: Partial<Alarm>) =>
  ({
    id,
    grade: 'caution',
    acknowledged: false,
    state: 'unacknowledged',
    raised_at: '2026-11-25T00:00:00Z',
    ...part,
  }) as Alarm;

it('puts the unseen before the seen, then the worst, then the newest', () => {
  const order = inOrder([
    alarm('seen', { grade: 'emergency', acknowledged: true, state: 'acknowledged' }),
    alarm('mild', { raised_at: '2026-11-25T09:00:00Z' }),
    alarm('old', { grade: 'danger' }),
    alarm('new', { grade: 'danger', raised_at: '2026-11-25T08:00:00Z' }),
    alarm('shelved', { grade: 'emergency', state: 'shelved' }),
  ]).map((each) => each.id);
  expect(order).toEqual(['new', 'old', 'mild', 'seen', 'shelved']);
});

it('asks for no notice of what lies on the shelf', () => {
  expect(needsNotice(alarm('a', { state: 'shelved' }))).toBe(false);
  expect(needsNotice(alarm('a', {}))).toBe(true);
});

it('walks the queue and stops at its ends', () => {
  const ids = ['a', 'b', 'c'];
  expect(neighbour(ids, undefined, 1)).toBe('a');
  expect(neighbour(ids, undefined, -1)).toBe('c');
  expect(neighbour(ids, 'a', 1)).toBe('b');
  expect(neighbour(ids, 'c', 1)).toBe('c');
  expect(neighbour(ids, 'gone', 1)).toBe('a');
  expect(neighbour([], 'a', 1)).toBeUndefined();
});

it('takes a subject apart', () => {
  expect(subjectOf('point:7')).toEqual({ kind: 'point', id: '7' });
  expect(subjectOf('')).toEqual({ kind: '', id: '' });
});

it('tells what was found in an imported file, and when it was', () => {
  const params = {
    rule: '최대 수요',
    point: '유효전력',
    device: '1공장 계량기',
    quantity: 'active_power',
    limit: '500',
    unit: 'kW',
    at: '2026-11-24T06:15:00Z',
  };
  const found = alarm('a', { title: { code: 'imported_above', params } });
  const words = alarmTitle(found, i18next.t);
  expect(words).toContain('가져온 자료에서 1공장 계량기 유효전력');
  expect(words).toContain('500 kW');
  expect(words).toContain('15:15');
  expect(alarmTitle({ ...found, title: { code: 'new', params } }, i18next.t)).toBe('경보(new)');
});
