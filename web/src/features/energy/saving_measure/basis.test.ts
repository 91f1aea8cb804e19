import { expect, test } from 'vitest';
import { basisDraftOf, basisFaults, basisOf, emptyBasis } from './basis';

const typed = {
  ...emptyBasis,
  measured: '등기구 전력\n',
  stipulated: '점등 시간; 4,000 h/년; 운전 일지 2025',
  program: 'EnergyPlus',
  cv_rmse: '12.5',
  nmbe: '-3',
  source: '보정 보고서',
};

test('each option sends what it needs and nothing of the others', () => {
  const stipulated = [{ name: '점등 시간', value: '4,000 h/년', source: '운전 일지 2025' }];
  expect(basisOf('a', typed)).toEqual({ measured: ['등기구 전력'], stipulated });
  expect(basisOf('b', typed)).toEqual({ measured: ['등기구 전력'], stipulated: [] });
  expect(basisOf('c', typed)).toBeNull();
  const calibration = {
    program: 'EnergyPlus',
    cv_rmse_percent: 12.5,
    nmbe_percent: -3,
    source: '보정 보고서',
  };
  expect(basisOf('d', typed)).toEqual({ measured: [], stipulated: [], calibration });
  for (const option of ['a', 'b', 'd'] as const) {
    const basis = basisOf(option, typed);
    expect(basisOf(option, basisDraftOf(basis))).toEqual(basis);
  }
});

test('what an option lacks is said', () => {
  expect(basisFaults('a', emptyBasis)).toEqual([
    'measure_basis.fault_measured',
    'measure_basis.fault_stipulated',
  ]);
  expect(basisFaults('a', { ...typed, stipulated: '점등 시간; 4,000 h' })).toEqual([
    'measure_basis.fault_stipulated',
  ]);
  expect(basisFaults('b', emptyBasis)).toEqual(['measure_basis.fault_measured']);
  expect(basisFaults('c', emptyBasis)).toEqual([]);
  expect(basisFaults('d', { ...typed, cv_rmse: '' })).toEqual(['measure_basis.fault_calibration']);
  for (const option of ['a', 'b', 'c', 'd'] as const)
    expect(basisFaults(option, typed)).toEqual([]);
});
