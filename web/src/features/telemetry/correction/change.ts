// What a correction would make of readings: the same rule as `crates/telemetry/src/correction/rules.rs`, shown
// before it is sent. The server decides.
import type { CorrectionChange, ReadingValue } from '../../../api/types';

/** Readings of one correction, as the server has it. */
export const READINGS_MAX = 1_000;

export const METHODS = ['set', 'linear', 'void'] as const;
export type Method = (typeof METHODS)[number];

/** A correction while it is being written. */
export interface Draft {
  method: Method;
  value: string;
  scale: string;
  offset: string;
  reason: string;
}

export const EMPTY: Draft = { method: 'set', value: '', scale: '1', offset: '0', reason: '' };

const figure = (text: string): number | undefined => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};

/** The change of a draft; undefined until its figures are there, or while it would change nothing. */
export function changeOf(draft: Draft): CorrectionChange | undefined {
  if (draft.method === 'void') return 'void';
  if (draft.method === 'set') {
    const set = figure(draft.value);
    return set === undefined ? undefined : { set };
  }
  const [scale, offset] = [figure(draft.scale), figure(draft.offset)];
  if (scale === undefined || offset === undefined) return undefined;
  return scale === 1 && offset === 0 ? undefined : { linear: { scale, offset } };
}

/** The value that takes the place of another; null strikes it out. */
export function changed(change: CorrectionChange, value: number): number | null {
  if (change === 'void') return null;
  if ('set' in change) return change.set;
  return value * change.linear.scale + change.linear.offset;
}

export interface Before {
  at: string;
  old: number;
  next: number | null;
}

/** Each reading with what would stand in its place, and the mean of all before and after. */
export function previewOf(readings: readonly ReadingValue[], change: CorrectionChange) {
  const rows = readings.map(
    ({ at, value }): Before => ({ at, old: value, next: changed(change, value) }),
  );
  const after = rows.flatMap(({ next }) => next ?? []);
  return {
    rows,
    mean_before: mean(rows.map(({ old }) => old)),
    mean_after: mean(after),
    finite: after.every(Number.isFinite),
  };
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
