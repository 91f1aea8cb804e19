import { expect, test } from 'vitest';
import type { Meter, Point } from '../../../api/types';
import { inputsFor, newMeter, pointsFor, termsOf, valuesOf } from './new';

const point = { id: 'p', owner: { establishment_id: 'e' } } as Point;

test('a meter belongs to whom its point belongs, and only a generator has a disposal', () => {
  const typed = {
    'terms/name': '1동',
    'terms/kind': 'sub',
    'terms/point_id': 'p',
    'terms/parent_id': '',
    'terms/disposal': 'sold',
    'terms/from': '2026-01-01',
  };
  const made = newMeter(typed, 'c', [point]);
  expect(made.establishment_id).toBe('e');
  expect(made.terms).toEqual({ name: '1동', kind: 'sub', point_id: 'p', from: '2026-01-01' });
  const plant = newMeter({ ...typed, 'terms/kind': 'generator' }, 'c', []);
  expect(plant.establishment_id).toBeUndefined();
  expect(plant.terms.disposal).toBe('sold');
});

const virtual = (typed: Record<string, string>) => ({
  'terms/name': '공용 몫',
  'terms/kind': 'virtual',
  'terms/from': '2026-01-01',
  // Left over from another kind.
  'terms/point_id': 'p',
  ...typed,
});

test.each([
  [
    { 'terms/formula': 'sum', 'terms/summands': 'a,b', 'terms/whole': 'x' },
    { type: 'sum', of: ['a', 'b'] },
  ],
  [
    { 'terms/formula': 'difference', 'terms/minuend': 'a', 'terms/subtrahends': 'b' },
    { type: 'difference', from: 'a', minus: ['b'] },
  ],
  [
    {
      'terms/formula': 'allocation',
      'terms/whole': 'a',
      'terms/key': 'area',
      'terms/weight': '120',
    },
    { type: 'allocation', of: 'a', key: 'area', weight: 120 },
  ],
  [
    {
      'terms/formula': 'allocation',
      'terms/whole': 'a',
      'terms/key': 'metered',
      'terms/by': 'b',
      'terms/weight': '3',
    },
    { type: 'allocation', of: 'a', key: 'metered', by: 'b' },
  ],
])('a virtual meter has the formula of its kind and no point', (typed, formula) => {
  const made = newMeter({ ...virtual(typed), establishment_id: 'e' }, 'c', [point]);
  expect(made.establishment_id).toBe('e');
  expect(made.terms.formula).toEqual(formula);
  expect(made.terms.point_id).toBeUndefined();
  // What is changed begins with what is there.
  const meter = { id: 'm', terms: made.terms } as Meter;
  expect(termsOf(valuesOf(meter))).toEqual(made.terms);
});

test('counters read often enough count as well, and a meter is no input of itself', () => {
  const energy = { quantity: 'active_energy', device_id: 'd', name: '지침' };
  const points = [
    { ...energy, id: '1', kind: 'interval', interval_s: 900, expected_interval_s: 900 },
    { ...energy, id: '2', kind: 'counter', expected_interval_s: 900 },
    { ...energy, id: '3', kind: 'counter', expected_interval_s: 3_600 },
    { ...energy, id: '4', kind: 'interval', interval_s: 3_600, expected_interval_s: 3_600 },
  ] as Point[];
  expect(pointsFor(points, []).map(({ value }) => value)).toEqual(['1', '2']);
  const meters = ['a', 'b'].map((id) => ({ id, terms: { name: id } })) as Meter[];
  expect(inputsFor(meters, 'a').map(({ value }) => value)).toEqual(['b']);
});
