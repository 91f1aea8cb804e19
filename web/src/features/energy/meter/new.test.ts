import { expect, test } from 'vitest';
import type { Point } from '../../../api/types';
import { newMeter } from './new';

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
