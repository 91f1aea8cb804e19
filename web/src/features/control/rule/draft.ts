import type { AlarmRule, AlarmRuleNew, Grade } from '../../../api/types';

/** A rule as the form holds it: everything is there, whichever sort is chosen. */
export interface Draft {
  name: string;
  enabled: boolean;
  target: 'point' | 'matching';
  point: string;
  quantity: string;
  device_kind: string;
  condition: 'threshold' | 'absence';
  direction: 'above' | 'below';
  limit: number | '';
  hysteresis: number | '';
  on_delay_s: number | '';
  off_delay_s: number | '';
  absence_min: number | '';
  grade: Grade;
  latched: boolean;
  cause: string;
  consequence: string;
  corrective_action: string;
  respond_min: number | '';
}

export const EMPTY: Draft = {
  name: '',
  enabled: true,
  target: 'matching',
  point: '',
  quantity: '',
  device_kind: '',
  condition: 'threshold',
  direction: 'above',
  limit: '',
  hysteresis: 0,
  on_delay_s: 60,
  off_delay_s: 60,
  absence_min: 30,
  grade: 'warning',
  latched: false,
  cause: '',
  consequence: '',
  corrective_action: '',
  respond_min: 15,
};

const SECONDS = 60;

/** What the form shows of a rule that stands. */
export function draftOf(rule: AlarmRule): Draft {
  const { target, condition, rationale } = rule;
  return {
    ...EMPTY,
    name: rule.name,
    enabled: rule.enabled,
    grade: rule.grade,
    latched: rule.latched,
    target: target.kind,
    ...(target.kind === 'point'
      ? { point: target.point_id }
      : { quantity: target.quantity ?? '', device_kind: target.device_kind ?? '' }),
    condition: condition.kind,
    ...(condition.kind === 'threshold'
      ? {
          direction: condition.direction,
          limit: condition.limit,
          hysteresis: condition.hysteresis ?? 0,
          on_delay_s: condition.on_delay_s ?? 0,
          off_delay_s: condition.off_delay_s ?? 0,
        }
      : { absence_min: condition.after_s / SECONDS }),
    cause: rationale.cause,
    consequence: rationale.consequence,
    corrective_action: rationale.corrective_action,
    respond_min: rationale.time_to_respond_s / SECONDS,
  };
}

const seconds = (value: number | '') => Math.round(Number(value || 0));

/** What the server is told: only what belongs to the chosen sort. */
export function ruleOf(draft: Draft, complex_id: string): AlarmRuleNew {
  return {
    complex_id,
    name: draft.name.trim(),
    enabled: draft.enabled,
    target:
      draft.target === 'point'
        ? { kind: 'point', point_id: draft.point }
        : {
            kind: 'matching',
            ...(draft.quantity ? { quantity: draft.quantity } : {}),
            ...(draft.device_kind ? { device_kind: draft.device_kind } : {}),
          },
    condition:
      draft.condition === 'threshold'
        ? {
            kind: 'threshold',
            direction: draft.direction,
            limit: Number(draft.limit),
            hysteresis: Number(draft.hysteresis || 0),
            on_delay_s: seconds(draft.on_delay_s),
            off_delay_s: seconds(draft.off_delay_s),
          }
        : { kind: 'absence', after_s: seconds(Number(draft.absence_min) * SECONDS) },
    grade: draft.grade,
    latched: draft.latched,
    rationale: {
      cause: draft.cause.trim(),
      consequence: draft.consequence.trim(),
      corrective_action: draft.corrective_action.trim(),
      time_to_respond_s: seconds(Number(draft.respond_min) * SECONDS),
    },
  };
}

/** Whether enough is filled in to ask the server. */
export function isComplete(draft: Draft): boolean {
  const target =
    draft.target === 'point'
      ? draft.point !== ''
      : draft.quantity !== '' || draft.device_kind !== '';
  const condition =
    draft.condition === 'threshold' ? draft.limit !== '' : Number(draft.absence_min) > 0;
  const texts = [draft.name, draft.cause, draft.consequence, draft.corrective_action];
  return target && condition && Number(draft.respond_min) > 0 && texts.every((text) => text.trim());
}
