import type { DeviceProfile, Metric, TriedReading } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';

/** The most metrics of a profile, as the server has it. */
export const METRICS_MAX = 64;
/** The longest expression and message that the tester sends, as the server has it. */
export const MAPPING_BYTES_MAX = 8 * 1024;
export const PAYLOAD_BYTES_MAX = 256 * 1024;

/** A profile while it is being written. */
export interface Draft {
  code: string;
  name: string;
  metrics: readonly Metric[];
  /** Undefined: its devices send the platform's own form. */
  mapping: string | undefined;
  retention_days: string;
  calibration_days: string;
}

export const EMPTY: Draft = {
  code: '',
  name: '',
  metrics: [],
  mapping: undefined,
  retention_days: '',
  calibration_days: '',
};

export const draftOf = (profile: DeviceProfile): Draft => ({
  code: profile.code,
  name: profile.name,
  metrics: profile.metrics,
  mapping: profile.mapping ?? undefined,
  retention_days: profile.retention_days?.toString() ?? '',
  calibration_days: profile.calibration_days?.toString() ?? '',
});

const figure = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** What of a draft may change at any time, as the server wants it: null clears. */
export const bodyOf = (draft: Draft) => ({
  name: draft.name.trim(),
  metrics: [...draft.metrics],
  mapping: draft.mapping?.trim() || null,
  retention_days: figure(draft.retention_days),
  calibration_days: figure(draft.calibration_days),
});

/** What keeps a draft from being saved, each a key of words. */
export function faultsOf(draft: Draft): string[] {
  const keys = draft.metrics.map((metric) => metric.key);
  return [
    draft.name.trim() === '' && 'profile.fault_name',
    !/^[a-z0-9][a-z0-9-]{1,31}$/.test(draft.code) && 'profile.fault_code',
    new Set(keys).size < keys.length && 'profile.fault_twice',
    draft.mapping !== undefined && draft.mapping.trim() === '' && 'profile.fault_mapping',
    byteLength(draft.mapping ?? '') > MAPPING_BYTES_MAX && 'profile.fault_mapping_long',
  ].filter((fault) => fault !== false);
}

export const byteLength = (text: string) => new TextEncoder().encode(text).length;

const FIGURES = [
  'interval_s',
  'expected_interval_s',
  'min',
  'max',
  'decimals',
  'stuck_after_s',
  'max_step',
  'rollover_at',
] as const;

/** A metric as a form holds it. */
export const valuesOf = (metric: Metric): Values =>
  Object.fromEntries(
    Object.entries(metric)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  );

/** The metric of a form: what was left empty is absent, and so is what its kind has no use for. */
export function metricOf(values: Values): Metric {
  const filled = (name: string) => values[name]?.trim() || undefined;
  const kind = (['counter', 'interval'] as const).find((each) => each === values.kind) ?? 'gauge';
  const figures = Object.fromEntries(
    FIGURES.filter((name) => filled(name) !== undefined)
      .filter((name) => name !== 'interval_s' || kind === 'interval')
      .filter((name) => name !== 'rollover_at' || kind === 'counter')
      .map((name) => [name, Number(filled(name))]),
  );
  return {
    key: filled('key') ?? '',
    quantity: filled('quantity') ?? '',
    kind,
    expected_interval_s: 60,
    ...(filled('name') ? { name: filled('name') } : {}),
    ...(filled('unit') ? { unit: filled('unit') } : {}),
    ...(filled('sent_unit') ? { sent_unit: filled('sent_unit') } : {}),
    ...figures,
  };
}

/** Where a fault stands: the server counts characters, an input counts UTF-16 units. */
export function placeOf(text: string, place: number) {
  const before = Array.from(text).slice(0, place).join('');
  const lines = before.split('\n');
  const last = lines.at(-1) ?? '';
  return {
    line: lines.length,
    column: Array.from(last).length + 1,
    offset: before.length,
    text: text.split('\n')[lines.length - 1] ?? '',
  };
}

export type Verdict = 'good' | 'unknown' | 'out_of_range';

/** What the profile would say to a reading of a trial. The range is in the stored unit. */
export function judge(reading: TriedReading, metrics: readonly Metric[]) {
  const metric = metrics.find((each) => each.key === reading.point);
  if (!metric) return { metric, verdict: 'unknown' as Verdict };
  const comparable = !metric.sent_unit;
  const below = typeof metric.min === 'number' && reading.value < metric.min;
  const above = typeof metric.max === 'number' && reading.value > metric.max;
  const verdict: Verdict = comparable && (below || above) ? 'out_of_range' : 'good';
  return { metric, verdict };
}

/** The metrics that a trial said nothing of. */
export const silentOf = (readings: readonly TriedReading[], metrics: readonly Metric[]) =>
  metrics.filter((metric) => !readings.some((reading) => reading.point === metric.key));
