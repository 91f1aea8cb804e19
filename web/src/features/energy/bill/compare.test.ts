import { expect, it } from 'vitest';
import type { Tariff } from '../../../api/types';
import { cheapest, leastOf, optionsToCompare } from './compare';

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

it('names the choice that is cheapest in a month, and none of two that cost the same', () => {
  const bills = (name: string, ...won: number[]) => ({
    name,
    items: won.map((total_won, index) => ({ month: `2026-0${index + 1}`, lines: [], total_won })),
  });
  const offers = [bills('I', 10, 20), bills('II', 12, 15), bills('III', 11, 15)];
  expect(leastOf(offers, 0)?.name).toBe('I');
  expect(leastOf(offers, 1)).toBeUndefined();
  expect(leastOf(offers, 2)).toBeUndefined();
});
