import { describe, expect, it } from 'vitest';
import en from '../../../app/locales/en.json';
import ko from '../../../app/locales/ko.json';
import { RESOLUTIONS, STATE_TONE } from './words';

const METRICS = ['load_factor', 'night_ratio', 'weekend_ratio', 'kwh_per_m2', 'peak_coincidence'];
const REASONS = [
  'too_few',
  'dominated',
  'missing_values',
  'member_left',
  'differencing',
  'level_too_low',
  'waiting',
];

describe.each([
  ['ko', ko],
  ['en', en],
])('the words of sharing in %s', (_, words) => {
  it('name every state and resolution', () => {
    expect(Object.keys(words.sharing_state).sort()).toEqual(Object.keys(STATE_TONE).sort());
    expect(Object.keys(words.sharing_resolution).sort()).toEqual([...RESOLUTIONS].sort());
  });

  it('say why something is not published', () => {
    expect(Object.keys(words.sharing_reason).sort()).toEqual([...REASONS].sort());
  });

  it('explain every figure', () => {
    const told = METRICS.flatMap((metric) => [metric, `${metric}_help`]);
    expect(Object.keys(words.sharing_metric).sort()).toEqual(told.sort());
  });
});
