import { describe, expect, it } from 'vitest';
import { ago, clock, dateTime, isoToSeoul, number, seoulToIso } from './format';

describe('times for people', () => {
  it('shows an instant in Seoul with the weekday', () => {
    const shown = dateTime('2026-11-25T15:30:00Z', 'ko');
    expect(shown).toContain('26일');
    expect(shown).toContain('목');
    expect(shown).toContain('00:30');
  });

  it('writes midnight as 00, never 24', () => {
    expect(clock('2026-11-25T15:00:00Z', 'ko')).toBe('00:00:00');
  });

  it('goes from a date field to an instant and back', () => {
    expect(seoulToIso('2026-11-26 00:30:00')).toBe('2026-11-25T15:30:00.000Z');
    expect(seoulToIso('2026-11-26 00:30')).toBe('2026-11-25T15:30:00.000Z');
    expect(seoulToIso('2026-11-26')).toBe('2026-11-25T15:00:00.000Z');
    expect(isoToSeoul('2026-11-25T15:30:00Z')).toBe('2026-11-26 00:30:00');
  });

  it.each([
    [5, '5초 전'],
    [59, '59초 전'],
    [60, '1분 전'],
    [7_300, '2시간 전'],
    [400_000, '4일 전'],
  ])('says that %i seconds ago is %s', (seconds, expected) => {
    expect(ago(seconds, 'ko')).toBe(expected);
  });

  it('shows a missing value as a dash, never as zero', () => {
    expect(number(undefined, 'ko', 1)).toBe('–');
    expect(number(null, 'ko')).toBe('–');
    expect(dateTime(undefined, 'ko')).toBe('–');
    expect(number(0, 'ko', 1)).toBe('0.0');
  });
});
