import { expect, it } from 'vitest';
import type { Tariff } from '../../../api/types';
import { cheapest, optionsToCompare } from './compare';

const tariff = (of: string, ...names: string[]) =>
  ({ class: of, options: names.map((name) => ({ name })) }) as Tariff;
const TARIFFS = [
  tariff('industrial_b', 'hv-a-2', 'hv-a-1', 'hv-b-1'),
  tariff('industrial_b', 'hv-a-1', 'hv-a-3'),
  tariff('industrial_a1', 'low'),
];

it('offers the choices of the customer’s own voltage, all others only when asked', () => {
  const present = { class: 'industrial_b', option: 'hv-a-2' };
  expect(optionsToCompare(TARIFFS, present, false)).toEqual(['hv-a-1', 'hv-a-2', 'hv-a-3']);
  expect(optionsToCompare(TARIFFS, present, true)).toEqual([
    'hv-a-1',
    'hv-a-2',
    'hv-a-3',
    'hv-b-1',
  ]);
});

it('finds the least, passing over what is not known', () => {
  const offers = [
    { total_won: undefined },
    { total_won: 20 },
    { total_won: 10 },
    { total_won: 10 },
  ];
  expect(cheapest(offers)).toBe(offers[2]);
  expect(cheapest([{ total_won: undefined }])).toBeUndefined();
});
