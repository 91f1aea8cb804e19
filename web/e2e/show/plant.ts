import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { STEEL_FILE } from './platform';

export const QUARTERS = 96;
export const DAYS = 365;
/** The plant as the public data set names it no further: UCI 851, CC BY 4.0. */
export const PLANT = '철강공장(공개 데이터, 한국 2018)';
/** Invented. */
export const NEIGHBOUR = '이웃기업(지어낸 이름)';
export const METER = '철강공장 수전';
/** A copy of the plant's year with a saving put into it. */
export const COPY = '철강공장 사본(지어낸 절감 포함)';

const metric = (key: string, quantity: string) => ({
  key,
  quantity,
  kind: 'interval',
  interval_s: 900,
  expected_interval_s: 900,
  min: 0,
  max: 100_000,
});
const device = (key: string, name: string) => ({
  complex: 'show',
  key,
  name,
  kind: 'meter',
  profile: 'meter',
  establishment: PLANT,
  owned_from: '2015-01-01T00:00:00+09:00',
});
const firm = (name: string, ksic_code: string) => ({
  complex: 'show',
  company: name,
  name,
  ksic_code,
  ksic_revision: 11,
});

/** What the complex's manager knows of a plant that moves in: who it is, and its meters. */
export const SEED = {
  complexes: [{ code: 'show', name: '시험 단지', name_en: 'Show complex', kind: 'general' }],
  companies: [{ name: PLANT }, { name: NEIGHBOUR }],
  establishments: [firm(PLANT, '24122'), firm(NEIGHBOUR, '25924')],
  profiles: [
    {
      code: 'meter',
      name: '전력량계',
      metrics: [
        metric('kwh', 'active_energy'),
        metric('kvarh_lag', 'reactive_energy_lagging'),
        metric('kvarh_lead', 'reactive_energy_leading'),
      ],
    },
  ],
  devices: [device('steel-01', METER), device('steel-02', COPY)],
};

/** The file as its firm would upload it. */
export const steelCsv = () => gunzipSync(readFileSync(STEEL_FILE));

/** kWh of each quarter of an hour, in the order of the file, which is that of time. */
export const steelKwh = () =>
  steelCsv()
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => Number(row.split(',')[1]));

/** Day so many days after 2018-01-01. */
export const dayOf = (n: number) => new Date(Date.UTC(2018, 0, 1 + n)).toISOString().slice(0, 10);
const indexOf = (day: string) => Math.round((Date.parse(day) - Date.UTC(2018, 0, 1)) / 86_400_000);

/** The invented measure: since this day a tenth of the load is spared. */
export const SPARED_FROM = '2018-09-01';
const SPARED = 0.1;

/** The copy in the utility's format, and the kWh that were taken out of it. */
export function sparedCsv() {
  const header = '검침일,시간,순방향 유효전력량(KWH)';
  const first = indexOf(SPARED_FROM) * QUARTERS;
  let spared_kwh = 0;
  const rows = steelKwh().map((kwh, index) => {
    const isSpared = index >= first;
    if (isSpared) spared_kwh += kwh * SPARED;
    const minutes = ((index % QUARTERS) + 1) * 15;
    const clock = [Math.floor(minutes / 60), minutes % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join(':');
    const day = dayOf(Math.floor(index / QUARTERS));
    return `${day},${clock},${(isSpared ? kwh * (1 - SPARED) : kwh).toFixed(4)}`;
  });
  return { csv: `${[header, ...rows].join('\n')}\n`, spared_kwh };
}

/**
 * The tonnes of each day. Invented: 150 kWh a tonne of what the plant drew before the saving, off by up to a tenth
 * either way, as tallies are.
 */
export function inventedTonnes() {
  const kwh = steelKwh();
  return Array.from({ length: DAYS }, (_, day) => {
    const sum = kwh.slice(day * QUARTERS, (day + 1) * QUARTERS).reduce((a, b) => a + b, 0);
    const off = (((day * 7_919) % 41) - 20) / 200;
    return { on: dayOf(day), value: Math.round((sum / 150) * (1 + off) * 10) / 10 };
  });
}

/** The plan of the invented measure. */
export const measurePlan = () => ({
  name: '공기압축기 인버터 교체 (지어낸 조치)',
  done: '보이기 위해 지어낸 조치입니다. 2018년 9월부터의 값을 10 % 줄인 사본으로 봅니다.',
  installed_from: '2018-08-25',
  installed_to: '2018-08-31',
  baseline: { from: '2018-01-01', to: '2018-08-24' },
  reporting: { from: SPARED_FROM, to: '2018-12-31' },
  option: 'c',
  interval: 'day',
  estimator: 'gls_ar1',
  variables: [
    {
      name: '생산량 (지어냄)',
      role: 'production',
      unit: 't',
      source: { kind: 'entered', values: inventedTonnes() },
    },
  ],
  cost_won: 60_000_000,
});
