import { expect, it } from 'vitest';
import type { Metric } from '../../../api/types';
import { bodyOf, EMPTY, faultsOf, judge, metricOf, placeOf, silentOf, valuesOf } from './draft';

const PM: Metric = {
  key: 'pm25',
  quantity: 'pm25',
  kind: 'gauge',
  expected_interval_s: 60,
  min: 0,
  max: 500,
};
const tried = (point: string, value: number) => ({
  point,
  value,
  at: '2026-11-26T00:00:00Z',
  quality: [],
});

it('gives back a metric as it was', () => {
  const meter: Metric = {
    key: 'kwh',
    name: '누적',
    quantity: 'active_energy',
    kind: 'counter',
    expected_interval_s: 900,
    min: 0,
    rollover_at: 999_999,
    sent_unit: 'W.h',
  };
  for (const metric of [PM, meter]) expect(metricOf(valuesOf(metric))).toEqual(metric);
});

it('leaves out what the kind of a metric has no use for', () => {
  const values = { ...valuesOf(PM), interval_s: '900', rollover_at: '10' };
  expect(metricOf(values)).toEqual(PM);
  expect(metricOf({ ...values, kind: 'interval' }).interval_s).toBe(900);
});

it('names what keeps a profile from being saved', () => {
  expect(faultsOf(EMPTY)).toEqual(['profile.fault_name', 'profile.fault_code']);
  const good = { ...EMPTY, name: '대기', code: 'air-1', metrics: [PM] };
  expect(faultsOf(good)).toEqual([]);
  expect(faultsOf({ ...good, metrics: [PM, PM] })).toEqual(['profile.fault_twice']);
  expect(faultsOf({ ...good, mapping: ' ' })).toEqual(['profile.fault_mapping']);
  expect(faultsOf({ ...good, mapping: '가'.repeat(3_000) })).toEqual([
    'profile.fault_mapping_long',
  ]);
});

it('clears what was emptied', () => {
  const body = bodyOf({ ...EMPTY, name: ' 대기 ', calibration_days: '365' });
  expect(body).toEqual({
    name: '대기',
    metrics: [],
    mapping: null,
    retention_days: null,
    calibration_days: 365,
  });
});

it('finds the place of a fault by line and column, beyond the basic plane too', () => {
  expect(placeOf('.a\n| 😀x', 6)).toEqual({ line: 2, column: 4, offset: 7, text: '| 😀x' });
  expect(placeOf('', 0)).toEqual({ line: 1, column: 1, offset: 0, text: '' });
});

it('says which readings the profile does not know, and which are beyond the range', () => {
  expect(judge(tried('pm25', 12), [PM]).verdict).toBe('good');
  expect(judge(tried('pm25', 501), [PM]).verdict).toBe('out_of_range');
  expect(judge(tried('pm_2_5', 12), [PM]).verdict).toBe('unknown');
  // The range is in the stored unit: a value in another one is not compared.
  expect(judge(tried('pm25', 501), [{ ...PM, sent_unit: 'mg/m3' }]).verdict).toBe('good');
  expect(silentOf([tried('pm10', 1)], [PM])).toEqual([PM]);
});
