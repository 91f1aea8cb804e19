import { expect, it } from 'vitest';
import type { AlarmRule } from '../../../api/types';
import { type Draft, draftOf, EMPTY, isComplete, ruleOf } from './draft';

const whole: Draft = {
  ...EMPTY,
  name: 'PM2.5',
  quantity: 'pm25',
  limit: 75,
  cause: 'a',
  consequence: 'b',
  corrective_action: 'c',
};

it('sends only what belongs to the chosen sort', () => {
  expect(ruleOf({ ...whole, condition: 'absence', absence_min: 45 }, 'c1').condition).toEqual({
    kind: 'absence',
    after_s: 2_700,
  });
  expect(ruleOf({ ...whole, target: 'point', point: 'p1' }, 'c1').target).toEqual({
    kind: 'point',
    point_id: 'p1',
  });
  expect(ruleOf(whole, 'c1').target).toEqual({ kind: 'matching', quantity: 'pm25' });
});

it('shows a rule as it was written', () => {
  const sent = ruleOf({ ...whole, direction: 'below', on_delay_s: 5 }, 'c1');
  const back = draftOf(sent as AlarmRule);
  expect(ruleOf(back, 'c1')).toEqual(sent);
});

it('wants a target, a limit and the reasons', () => {
  expect(isComplete(whole)).toBe(true);
  expect(isComplete({ ...whole, quantity: '' })).toBe(false);
  expect(isComplete({ ...whole, limit: '' })).toBe(false);
  expect(isComplete({ ...whole, cause: ' ' })).toBe(false);
  expect(isComplete({ ...whole, limit: 0 })).toBe(true);
});
