import type { Api } from './fixtures';

interface Grant {
  role: string;
  scope: string;
}
interface Point {
  id: string;
  quantity: string;
  kind: string;
  interval_s: number | null;
}

export interface Meter {
  complex: string;
  establishment: string;
  device: string;
  name: string;
  points: Record<string, string>;
}

const SLOT_S = 900;
const QUARTERS = 96;
const DAY_MS = 86_400_000;
const kst = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 10);

interface Device {
  id: string;
  kind: string;
  establishment_id?: string;
  profile_id?: string;
}

/** The visitor's own site whose meter counts reactive energy too: of the two sites, the one with the bill. */
export async function ownSite(api: Api) {
  const { grants } = await api.get<{ grants: Grant[] }>('/session');
  const sites = grants
    .map(({ scope }) => /^establishment:(.+)@(.+)$/.exec(scope))
    .filter((found) => found !== null);
  for (const [, establishment = '', complex = ''] of sites) {
    const devices = await api.items<Device>(`/devices?complex=${complex}&limit=1000`);
    const like = devices.find(
      (each) => each.kind === 'meter' && each.establishment_id === establishment,
    );
    const points = like ? await api.items<Point>(`/points?device=${like.id}`) : [];
    if (points.some(({ quantity }) => quantity === 'reactive_energy_lagging')) {
      return { establishment, complex, profile: like?.profile_id };
    }
  }
  throw new Error('the visitor has no site whose meter counts reactive energy');
}

/** A meter of the visitor's own site that counts energy by quarters of an hour, named so that one finds it. */
export async function aMeterOfOurs(api: Api, what: string): Promise<Meter> {
  const { establishment, complex, profile } = await ownSite(api);
  const key = `bill-${Date.now().toString(36)}-${Math.floor(Math.random() * 1e6).toString(36)}`;
  const name = `${what} ${key}`;
  const device = await api.send<{ id: string }>('POST', '/devices', {
    complex_id: complex,
    establishment_id: establishment,
    profile_id: profile,
    kind: 'meter',
    key,
    name,
  });
  const points = await api.items<Point>(`/points?device=${device.id}`);
  return {
    complex,
    establishment,
    device: device.id,
    name,
    points: Object.fromEntries(
      points
        .filter((point) => point.kind === 'interval' && point.interval_s === SLOT_S)
        .map((point) => [point.quantity, point.id]),
    ),
  };
}

/** Quarters of an hour since so many days, up to now: one hour of each day stands out. */
export async function someLoad(api: Api, meter: Meter, days: number) {
  const header = '검침일,시간,순방향 유효전력량(KWH),지상 무효전력량(KVARH),진상 무효전력량(KVARH)';
  const rows = Array.from({ length: days + 1 }, (_, n) =>
    Array.from({ length: QUARTERS }, (_, index) => {
      const day = kst(Date.now() - (days - n) * DAY_MS);
      const minutes = (index + 1) * 15;
      const clock = [Math.floor(minutes / 60), minutes % 60]
        .map((part) => String(part).padStart(2, '0'))
        .join(':');
      const start = Date.parse(`${day}T00:00:00+09:00`) + index * SLOT_S * 1_000;
      const kwh = index >= 56 && index < 60 ? 100 + (n % 7) : 25;
      return start + SLOT_S * 1_000 > Date.now() ? [] : [`${day},${clock},${kwh},4,0`];
    }),
  );
  await api.importFile(meter.device, `${[header, ...rows.flat(2)].join('\n')}\n`);
}

/** A contract of that meter by the tariff in force, since a year. */
export async function aContract(api: Api, meter: Meter, name: string) {
  const tariffs = await api.items<{
    id: string;
    class: string;
    effective_from: string;
    effective_to?: string | null;
  }>('/tariffs');
  const rows = tariffs
    .filter((tariff) => tariff.class === 'industrial_b')
    .sort((a, b) => a.effective_from.localeCompare(b.effective_from))
    .map((tariff) => ({
      class: 'industrial_b',
      tariff: tariff.id,
      option: 'hv-a-2',
      contract_kw: 500,
      from: tariff.effective_from,
      to: tariff.effective_to ?? null,
    }));
  return api.send<{ id: string }>('POST', '/electricity_contracts', {
    complex_id: meter.complex,
    establishment_id: meter.establishment,
    terms: {
      name,
      active_point_id: meter.points.active_energy,
      lagging_point_id: meter.points.reactive_energy_lagging,
      leading_point_id: meter.points.reactive_energy_leading,
      reading_day: 0,
      rows,
    },
  });
}

/** A day of Korea so many days ago. */
export const daysAgo = (days: number) => kst(Date.now() - days * DAY_MS);

/** The tonnes that an invented works makes on a day. */
export const tonnesOf = (n: number) => 20 + ((n * 7) % 11);

/**
 * Whole days since so many days ago until yesterday: a base load and 4 kWh a tonne, with a wobble that nothing
 * explains; from a day on, a share of all of it.
 */
export async function aSteppedLoad(
  api: Api,
  meter: Meter,
  days: number,
  step: { from: number; factor: number },
) {
  const header = '검침일,시간,순방향 유효전력량(KWH),지상 무효전력량(KVARH),진상 무효전력량(KVARH)';
  const rows = Array.from({ length: days }, (_, n) => {
    const ago = days - n;
    const wobble = [6, -5, 2, -3, 8, -9, 1][n % 7] ?? 0;
    const factor = ago <= step.from ? step.factor : 1;
    const kwh = ((factor * (300 + 4 * tonnesOf(n)) + wobble) / QUARTERS).toFixed(4);
    return Array.from({ length: QUARTERS }, (_, index) => {
      const minutes = (index + 1) * 15;
      const clock = [Math.floor(minutes / 60), minutes % 60]
        .map((part) => String(part).padStart(2, '0'))
        .join(':');
      return `${daysAgo(ago)},${clock},${kwh},0,0`;
    });
  });
  await api.importFile(meter.device, `${[header, ...rows.flat()].join('\n')}\n`);
}

/** A plan that compares the days before and after such a step, with the tonnes of each day. */
export function aPlan(name: string, days: number, step: number) {
  return {
    name,
    done: '시험: 고정속 압축기 두 대를 인버터 한 대로 바꿈',
    installed_from: daysAgo(step + 2),
    installed_to: daysAgo(step + 1),
    baseline: { from: daysAgo(days), to: daysAgo(step + 3) },
    reporting: { from: daysAgo(step), to: daysAgo(1) },
    option: 'c',
    interval: 'day',
    estimator: 'gls_ar1',
    variables: [
      {
        name: '생산량',
        role: 'production',
        unit: 't',
        source: {
          kind: 'entered',
          values: Array.from({ length: days }, (_, n) => ({
            on: daysAgo(days - n),
            value: tonnesOf(n),
          })),
        },
      },
    ],
    cost_won: 3_000_000,
  };
}
