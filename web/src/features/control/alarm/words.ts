import i18next, { type TFunction } from 'i18next';
import type { Alarm, AlarmState } from '../../../api/types';
import { GRADE_ORDER } from '../../../app/vocabulary/Grade';
import { dateTime } from '../../../ui/format';
import type { Tone } from '../../../ui/Pill';

/** A code with dots as the name of its words: `signal.peak_ahead` stands under `signal_peak_ahead`. */
export const wordOf = (code: string) => code.replaceAll('.', '_');

/** The sentence of an alarm in the reader's language; an unknown code is shown as it is. */
export function alarmTitle(alarm: Alarm, t: TFunction): string {
  const key = `alarm_title.${wordOf(alarm.title.code)}`;
  const { params } = alarm.title;
  const minutes = params.after_s ? Math.round(Number(params.after_s) / 60) : undefined;
  const when = params.at ? dateTime(params.at, i18next.language) : undefined;
  const words = t(key, { ...params, minutes, when, defaultValue: '' });
  return words || t('alarm_title.unknown', { code: alarm.title.code });
}

const QUIET: readonly AlarmState[] = ['shelved', 'suppressed', 'out_of_service', 'normal'];

/** Whether it is kept away from the operator on purpose. */
export const isQuiet = (alarm: Alarm) => QUIET.includes(alarm.state);

/** Whether somebody still has to take note of it. */
export const needsNotice = (alarm: Alarm) => !alarm.acknowledged && !isQuiet(alarm);

/** The order of the queue: unseen before seen, then the worst, then the newest. */
export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort(
    (a, b) =>
      Number(needsNotice(b)) - Number(needsNotice(a)) ||
      GRADE_ORDER[b.grade] - GRADE_ORDER[a.grade] ||
      b.raised_at.localeCompare(a.raised_at) ||
      a.id.localeCompare(b.id),
  );
}

/** The neighbour in the queue; from nothing, the first or the last. */
export function neighbour(ids: readonly string[], from: string | undefined, step: 1 | -1) {
  const at = from === undefined ? -1 : ids.indexOf(from);
  if (at < 0) return step === 1 ? ids[0] : ids[ids.length - 1];
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
}

export const STATE_TONE: Record<AlarmState, Tone> = {
  normal: 'good',
  unacknowledged: 'danger',
  acknowledged: 'caution',
  returned_unacknowledged: 'warning',
  latched_unacknowledged: 'warning',
  latched_acknowledged: 'caution',
  shelved: 'quiet',
  suppressed: 'quiet',
  out_of_service: 'quiet',
};

/** `point:ID` and `device:ID` as their two parts. */
export function subjectOf(subject: string): { kind: string; id: string } {
  const [kind = '', id = ''] = subject.split(':');
  return { kind, id };
}
