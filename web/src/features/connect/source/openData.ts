// Sources that are public services: what they know, and how a form says what is wanted of them.
import type { SourceConnection } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';

type Airkorea = Extract<SourceConnection, { kind: 'airkorea' }>;
type Kma = Extract<SourceConnection, { kind: 'kma' }>;

/** What a station of AirKorea measures. */
export const AIR = [
  'pm10',
  'pm25',
  'o3',
  'no2',
  'so2',
  'co',
  'khai',
] as const satisfies (keyof Airkorea['points'])[];

/** What the weather administration observes; not every product has all of it. */
export const WEATHER = [
  'temperature',
  'humidity',
  'wind_speed',
  'wind_direction',
  'rain1h',
  'wind_east',
  'wind_north',
  'precipitation_kind',
  'pressure',
  'sea_pressure',
  'sunshine',
  'solar_energy',
] as const satisfies (keyof Kma['points'])[];

export const PRODUCTS = ['grid', 'station'] as const satisfies Kma['place']['product'][];

const word = (text: string | undefined) => text?.trim() || undefined;
const figure = (text: string | undefined) => (word(text) === undefined ? undefined : Number(text));

/** The service and the place of such a connection, flat as a form holds them. */
export function headOfOpenData(connection: SourceConnection): Values {
  if (connection.kind !== 'airkorea' && connection.kind !== 'kma') return {};
  const place = connection.kind === 'kma' ? connection.place : {};
  return Object.fromEntries(
    Object.entries({ ...connection.service, ...place })
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  );
}

function serviceOf(head: Values): Airkorea['service'] {
  const base_url = word(head.base_url);
  const [interval_s, timeout_ms] = [figure(head.interval_s), figure(head.timeout_ms)];
  return {
    key_env: word(head.key_env) ?? '',
    ...(base_url === undefined ? {} : { base_url }),
    ...(interval_s === undefined ? {} : { interval_s }),
    ...(timeout_ms === undefined ? {} : { timeout_ms }),
  };
}

const pointsOf = (lines: readonly Values[]) =>
  Object.fromEntries(lines.map((line) => [word(line.field) ?? '', word(line.point) ?? '']));

export const airkoreaOf = (head: Values, lines: readonly Values[]): Airkorea => ({
  kind: 'airkorea',
  station: word(head.station) ?? '',
  service: serviceOf(head),
  points: pointsOf(lines),
});

export const kmaOf = (head: Values, lines: readonly Values[]): Kma => ({
  kind: 'kma',
  place:
    head.product === 'station'
      ? { product: 'station', station: figure(head.station) ?? 0 }
      : { product: 'grid', nx: figure(head.nx) ?? 0, ny: figure(head.ny) ?? 0 },
  service: serviceOf(head),
  points: pointsOf(lines),
});
