import { expect, it } from 'vitest';
import { dialled, houseOf } from './kinds';

it('dials the digits of a number, with its country', () => {
  expect(dialled('063-000-0100')).toBe('tel:0630000100');
  expect(dialled('+82 (63) 000 0100')).toBe('tel:+82630000100');
  expect(dialled('119')).toBe('tel:119');
});

it('knows whom a person works for', () => {
  expect(houseOf('organisation:a')).toEqual({ organisation_id: 'a' });
  expect(houseOf('establishment:b')).toEqual({ establishment_id: 'b' });
  expect(houseOf(undefined)).toEqual({});
});
