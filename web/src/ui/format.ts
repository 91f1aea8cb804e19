// Times and numbers as people read them. Storage and transport are UTC; a person reads Asia/Seoul.

export const ZONE = 'Asia/Seoul';
export const ZONE_SHORT = 'KST';
/** Seoul has kept UTC+9 without summer time since 1988. */
export const ZONE_OFFSET_MS = 9 * 3_600_000;

type When = string | number | Date | null | undefined;

const ABSENT = '–';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
    formats.set(key, found);
  }
  return found;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY = { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' } as const;

export function dateTime(when: When, locale: string, seconds = false): string {
  if (when === null || when === undefined || when === '') return ABSENT;
  const options = { ...DAY, ...CLOCK, ...(seconds ? { second: '2-digit' as const } : {}) };
  return format(locale, options).format(new Date(when));
}

export function dayOnly(when: When, locale: string): string {
  if (when === null || when === undefined || when === '') return ABSENT;
  return format(locale, DAY).format(new Date(when));
}

export function clock(when: When, locale: string, seconds = true): string {
  if (when === null || when === undefined || when === '') return ABSENT;
  const options = seconds ? { ...CLOCK, second: '2-digit' as const } : CLOCK;
  return format(locale, options).format(new Date(when));
}

/** Month and day with the time: for axes and narrow columns. */
export function shortTime(when: When, locale: string): string {
  if (when === null || when === undefined || when === '') return ABSENT;
  return format(locale, { month: 'numeric', day: 'numeric', ...CLOCK }).format(new Date(when));
}

/** How long ago, in the largest unit that fits: 3분 전. */
export function ago(seconds: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return relative.format(-s, 'second');
  if (s < 3_600) return relative.format(-Math.floor(s / 60), 'minute');
  if (s < 172_800) return relative.format(-Math.floor(s / 3_600), 'hour');
  return relative.format(-Math.floor(s / 86_400), 'day');
}

export function number(value: number | null | undefined, locale: string, decimals = 0): string {
  if (value === null || value === undefined || Number.isNaN(value)) return ABSENT;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/** A large number in few signs: 2,153만. */
export function compact(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    notation: 'compact',
    maximumSignificantDigits: 4,
  }).format(value);
}

/** `2026-11`, as a month is named: 2026년 11월. */
export function monthName(month: string, locale: string): string {
  return format(locale, { year: 'numeric', month: 'short' }).format(new Date(`${month}-15T00:00Z`));
}

export function percent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(
    share,
  );
}

/** `2026-11-25 09:30:00`, as the date fields write a Seoul time, as an instant. */
export function seoulToIso(text: string): string {
  const [day = '', time = '00:00:00'] = text.trim().split(/[ T]/);
  const full = time.length === 5 ? `${time}:00` : time;
  return new Date(`${day}T${full}+09:00`).toISOString();
}

/** An instant as the date fields want it. */
export function isoToSeoul(when: string | number): string {
  const shifted = new Date(new Date(when).getTime() + ZONE_OFFSET_MS);
  return shifted.toISOString().slice(0, 19).replace('T', ' ');
}
