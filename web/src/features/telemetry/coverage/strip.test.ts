import { expect, it } from 'vitest';
import { countsOf, levelOf, stripOf } from './strip';

it('tells nothing, little, gaps and all apart, and what nobody expects', () => {
  expect([null, 0, 0.001, 0.49, 0.5, 0.949, 0.95, 1].map(levelOf)).toEqual([
    'unasked',
    'none',
    'little',
    'little',
    'gaps',
    'gaps',
    'full',
    'full',
  ]);
});

it('draws one step for neighbours of one level', () => {
  expect(stripOf([1, 1, 0, null])).toBe(
    'linear-gradient(to right, var(--coverage-full) 0.000% 50.000%, ' +
      'var(--coverage-none) 50.000% 75.000%, var(--coverage-unasked) 75.000% 100.000%)',
  );
});

it('counts every bucket once', () => {
  expect(countsOf([1, 0.7, 0.1, 0, null])).toEqual({
    full: 1,
    gaps: 1,
    little: 1,
    none: 1,
    unasked: 1,
  });
});
