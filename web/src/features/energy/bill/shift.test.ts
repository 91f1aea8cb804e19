import { expect, it } from 'vitest';
import { faultOf, hoursOf, readShift, SHIFT, shiftText } from './shift';

it('writes a shift into an address and reads it back', () => {
  expect(shiftText(SHIFT)).toBe('100-13-17-22-6');
  const every = { ...SHIFT, kw: 250, every_day: true };
  expect([SHIFT, every].map((shift) => readShift(shiftText(shift)))).toEqual([SHIFT, every]);
});

it('reads nothing from what is no shift', () => {
  for (const text of [undefined, '', 'x', '0-13-17-22-6', '100-13-17-16-20', '100-13-13-22-6']) {
    expect(readShift(text)).toBeUndefined();
  }
});

it('knows hours that go round midnight', () => {
  expect(hoursOf(13, 15)).toEqual([13, 14]);
  expect(hoursOf(22, 2)).toEqual([0, 1, 22, 23]);
  expect(hoursOf(0, 24)).toHaveLength(24);
});

it('says what is wrong with a shift', () => {
  expect(faultOf(SHIFT)).toBeUndefined();
  expect(faultOf({ ...SHIFT, kw: 1.5 })).toBe('kw');
  expect(faultOf({ ...SHIFT, take_until: 25 })).toBe('hours');
  expect(faultOf({ ...SHIFT, give_from: 16, give_until: 18 })).toBe('overlap');
});
