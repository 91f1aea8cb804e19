// A measure as its form holds it, and what is still missing.
import type { EnteredValue, MeasurePlan, MeasureVariable, SavingMeasure } from '../../../api/types';
import { type BasisDraft, basisDraftOf, basisFaults, basisOf, emptyBasis } from './basis';

export type Source = MeasureVariable['source']['kind'];
export type Role = MeasureVariable['role'];

export interface VariableDraft {
  name: string;
  role: Role;
  unit: string;
  source: Source;
  point: string;
  /** Lines of a day and a value. */
  text: string;
}

export interface Draft {
  contract: string;
  name: string;
  done: string;
  installed_from: string;
  installed_to: string;
  baseline_from: string;
  baseline_to: string;
  reporting_from: string;
  reporting_to: string;
  option: MeasurePlan['option'];
  basis: BasisDraft;
  interval: MeasurePlan['interval'];
  estimator: MeasurePlan['estimator'];
  variables: VariableDraft[];
  cost: string;
}

export const VARIABLES_MAX = 4;
/** A value for every day of two longest periods. */
const VALUES_MAX = 2_196;

export const emptyDraft = (contract: string): Draft => ({
  contract,
  name: '',
  done: '',
  installed_from: '',
  installed_to: '',
  baseline_from: '',
  baseline_to: '',
  reporting_from: '',
  reporting_to: '',
  option: 'c',
  basis: emptyBasis,
  interval: 'day',
  estimator: 'ols',
  variables: [],
  cost: '',
});

const textOf = (values: readonly EnteredValue[]) =>
  values.map(({ on, value }) => `${on},${value}`).join('\n');

export function draftOf({ contract_id, plan }: SavingMeasure): Draft {
  return {
    contract: contract_id,
    name: plan.name,
    done: plan.done,
    installed_from: plan.installed_from,
    installed_to: plan.installed_to,
    baseline_from: plan.baseline.from,
    baseline_to: plan.baseline.to,
    reporting_from: plan.reporting.from,
    reporting_to: plan.reporting.to,
    option: plan.option,
    basis: basisDraftOf(plan.basis),
    interval: plan.interval,
    estimator: plan.estimator,
    variables: (plan.variables ?? []).map(({ name, role, unit, source }) => ({
      name,
      role,
      unit,
      source: source.kind,
      point: source.kind === 'point' ? source.point_id : '',
      text: source.kind === 'entered' ? textOf(source.values) : '',
    })),
    cost: plan.cost_won === null || plan.cost_won === undefined ? '' : String(plan.cost_won),
  };
}

export interface Entered {
  values: EnteredValue[];
  /** The first line that is not a day and a number, counted from 1. */
  fault: number | undefined;
}

/** Lines of a day (or a month) and a value, parted by comma, semicolon, tab or blanks, as sheets are copied. */
export function readValues(text: string): Entered {
  const values: EnteredValue[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, on = '', rest = ''] =
      /^\s*(\d{4}-\d{2}(?:-\d{2})?)\s*[,;\t ]\s*(.+)$/.exec(line) ?? [];
    const day = on.length === 7 ? `${on}-01` : on;
    const value = Number(rest.trim().replace(/,(?=\d{3}\b)/g, ''));
    const known = !Number.isNaN(Date.parse(`${day}T00:00Z`));
    if (!known || rest.trim() === '' || !Number.isFinite(value)) {
      // The first line may be a heading.
      if (index === 0 && !/^\s*\d/.test(line)) continue;
      return { values, fault: index + 1 };
    }
    values.push({ on: day, value });
  }
  return { values, fault: undefined };
}

function sourceOf(variable: VariableDraft): MeasureVariable['source'] {
  if (variable.source === 'point') return { kind: 'point', point_id: variable.point };
  if (variable.source === 'working_days') return { kind: 'working_days' };
  return { kind: 'entered', values: readValues(variable.text).values };
}

export function planOf(draft: Draft): MeasurePlan {
  return {
    name: draft.name.trim(),
    done: draft.done.trim(),
    installed_from: draft.installed_from,
    installed_to: draft.installed_to,
    baseline: { from: draft.baseline_from, to: draft.baseline_to },
    reporting: { from: draft.reporting_from, to: draft.reporting_to },
    option: draft.option,
    basis: basisOf(draft.option, draft.basis),
    interval: draft.interval,
    estimator: draft.estimator,
    variables: draft.variables.map((variable) => ({
      name: variable.name.trim(),
      role: variable.role,
      unit: variable.unit.trim(),
      source: sourceOf(variable),
    })),
    cost_won: draft.cost.trim() === '' ? null : Math.round(Number(draft.cost)),
  };
}

/** Keys of the words for what is missing or cannot be. */
export function faultsOf(draft: Draft): string[] {
  const days = [
    draft.installed_from,
    draft.installed_to,
    draft.baseline_from,
    draft.baseline_to,
    draft.reporting_from,
    draft.reporting_to,
  ];
  const faults: string[] = [];
  const say = (bad: boolean, key: string) => bad && faults.push(`saving_measure.fault_${key}`);
  say(draft.contract === '', 'contract');
  say(draft.name.trim() === '', 'name');
  if (days.includes('')) {
    faults.push('saving_measure.fault_days');
  } else {
    say(draft.installed_from > draft.installed_to, 'installed');
    say(draft.baseline_from > draft.baseline_to, 'baseline');
    say(draft.reporting_from > draft.reporting_to, 'reporting');
    say(draft.baseline_to >= draft.installed_from, 'before');
    say(draft.reporting_from <= draft.installed_to, 'after');
  }
  faults.push(...basisFaults(draft.option, draft.basis));
  for (const variable of draft.variables) {
    const read = readValues(variable.text);
    const half = variable.name.trim() === '' || variable.unit.trim() === '';
    const empty = variable.source === 'entered' && read.values.length === 0;
    say(half || empty || (variable.source === 'point' && variable.point === ''), 'variable');
    say(variable.source === 'entered' && read.fault !== undefined, 'values');
    say(variable.source === 'entered' && read.values.length > VALUES_MAX, 'too_many');
  }
  const names = draft.variables.map(({ name }) => name.trim());
  say(new Set(names).size < names.length, 'twice');
  say(draft.variables.filter(({ role }) => role === 'temperature').length > 1, 'temperatures');
  say(draft.cost.trim() !== '' && !(Number(draft.cost) >= 0), 'cost');
  return [...new Set(faults)];
}
