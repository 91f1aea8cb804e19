import { describe, expect, it } from 'vitest';
import { type Draft, emptyDraft, faultsOf, planOf, readValues } from './draft';

const whole: Draft = {
  ...emptyDraft('c'),
  name: '압축기 교체',
  installed_from: '2026-01-01',
  installed_to: '2026-01-14',
  baseline_from: '2025-01-01',
  baseline_to: '2025-12-31',
  reporting_from: '2026-01-15',
  reporting_to: '2026-10-31',
};
const variable = {
  name: '생산량',
  role: 'production' as const,
  unit: 't',
  source: 'entered' as const,
  point: '',
  text: '2025-01-01,1',
};

describe('readValues', () => {
  it('reads what is copied out of a sheet', () => {
    const text = '날짜,생산량\n2025-01-01\t12.5\n2025-01-02, 1,250\n\n2025-02;7';
    expect(readValues(text)).toEqual({
      values: [
        { on: '2025-01-01', value: 12.5 },
        { on: '2025-01-02', value: 1250 },
        { on: '2025-02-01', value: 7 },
      ],
      fault: undefined,
    });
  });

  it('names the first line that it cannot read', () => {
    expect(readValues('2025-01-01,1\n2025-01-02,x').fault).toBe(2);
    expect(readValues('2025-13-01,1').fault).toBe(1);
    expect(readValues('2025-01-01').fault).toBe(1);
  });
});

describe('faultsOf', () => {
  it.each<[Partial<Draft>, string[]]>([
    [{}, []],
    [{ contract: '', name: ' ' }, ['contract', 'name']],
    [{ reporting_to: '' }, ['days']],
    [{ baseline_to: '2026-01-01' }, ['before']],
    [{ reporting_from: '2026-01-14' }, ['after']],
    [{ installed_to: '2025-12-31' }, ['installed']],
    [{ variables: [{ ...variable, text: '' }] }, ['variable']],
    [{ variables: [{ ...variable, text: '2025-01-01,1\nx' }] }, ['values']],
    [{ variables: [variable, variable] }, ['twice']],
    [{ cost: '-1' }, ['cost']],
  ])('%j', (part, keys) => {
    const expected = keys.map((key) => `saving_measure.fault_${key}`);
    expect(faultsOf({ ...whole, ...part })).toEqual(expected);
  });
});

it('makes the plan that the server takes', () => {
  const plan = planOf({ ...whole, cost: '5000000', variables: [variable] });
  expect(plan.cost_won).toBe(5_000_000);
  expect(plan.variables?.[0]?.source).toEqual({
    kind: 'entered',
    values: [{ on: '2025-01-01', value: 1 }],
  });
});
