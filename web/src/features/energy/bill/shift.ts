// A shift of load in an address: `200-13-17-22-6`, with `-all` on every day.

export interface Shift {
  kw: number;
  take_from: number;
  take_until: number;
  give_from: number;
  give_until: number;
  every_day: boolean;
}

/** What is offered first: 100 kW from the afternoon to the night. */
export const SHIFT: Shift = {
  kw: 100,
  take_from: 13,
  take_until: 17,
  give_from: 22,
  give_until: 6,
  every_day: false,
};

export const shiftText = (shift: Shift) =>
  [
    shift.kw,
    shift.take_from,
    shift.take_until,
    shift.give_from,
    shift.give_until,
    ...(shift.every_day ? ['all'] : []),
  ].join('-');

/** Reads what an address says; nothing when it is no shift. */
export function readShift(text: string | undefined): Shift | undefined {
  const found = /^(\d{1,7})-(\d{1,2})-(\d{1,2})-(\d{1,2})-(\d{1,2})(-all)?$/.exec(text ?? '');
  if (!found) return undefined;
  const [kw = 0, take_from = 0, take_until = 0, give_from = 0, give_until = 0] = found
    .slice(1, 6)
    .map(Number);
  const shift = { kw, take_from, take_until, give_from, give_until, every_day: Boolean(found[6]) };
  return faultOf(shift) ? undefined : shift;
}

/** The hours from one to another; they may go round midnight. */
export function hoursOf(from: number, until: number): number[] {
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return hours.filter((hour) =>
    from < until ? hour >= from && hour < until : hour >= from || hour < until,
  );
}

/** What is wrong with a shift. */
export function faultOf(shift: Shift): 'kw' | 'hours' | 'overlap' | undefined {
  const { kw, take_from, take_until, give_from, give_until } = shift;
  if (!Number.isSafeInteger(kw) || kw < 1 || kw > 1_000_000) return 'kw';
  const bad = (from: number, until: number) =>
    from < 0 || from > 23 || until < 1 || until > 24 || from === until;
  if (bad(take_from, take_until) || bad(give_from, give_until)) return 'hours';
  const given = hoursOf(give_from, give_until);
  return hoursOf(take_from, take_until).some((hour) => given.includes(hour))
    ? 'overlap'
    : undefined;
}
