import { expect, it } from 'vitest';
import type { Source } from '../../../api/types';
import { connectionOf, draftOf, EMPTY, faultsOf, pastedLines, registerOf, whereOf } from './draft';

const SOURCE: Source = {
  id: 's',
  complex_id: 'c',
  device_id: 'd',
  name: '변전실',
  enabled: true,
  version: 1,
  updated_at: '2026-11-26T00:00:00Z',
  connection: {
    kind: 'modbus',
    host: '10.0.3.17',
    port: 502,
    unit: 1,
    timeout_ms: 2000,
    gap_max: 0,
    polls: [
      {
        point: 'kwh',
        function: 'holding',
        register: 100,
        type: 'u32',
        order: 'CDAB',
        scale: 0.01,
        offset: 0,
        interval_s: 60,
        error_values: [65535, -1],
      },
      { point: 'door', function: 'discrete', register: 3, type: 'bit', bit: 2 },
    ],
  },
};

it('gives back a connection as it was', () => {
  expect(connectionOf(draftOf(SOURCE))).toEqual(SOURCE.connection);
  const opcua: Source = {
    ...SOURCE,
    connection: {
      kind: 'opcua',
      endpoint: 'opc.tcp://10.0.3.20:4840/',
      publish_ms: 1000,
      nodes: [{ node: 'ns=2;s=Line1.Power', point: 'kw', scale: 0.001, deadband: 50 }],
    },
  };
  expect(connectionOf(draftOf(opcua))).toEqual(opcua.connection);
});

it('gives back what public services are asked for', () => {
  const service = { key_env: 'SANDAN_OPEN_DATA_KEY', interval_s: 1200 };
  const connections: Source['connection'][] = [
    { kind: 'airkorea', station: '팔복동', service, points: { pm10: 'pm10', o3: 'ozone' } },
    {
      kind: 'kma',
      place: { product: 'grid', nx: 63, ny: 89 },
      service,
      points: { temperature: 'temp' },
    },
    {
      kind: 'kma',
      place: { product: 'station', station: 146 },
      service: { ...service, base_url: 'http://127.0.0.1:8730' },
      points: { solar_energy: 'sun' },
    },
  ];
  for (const connection of connections) {
    const draft = draftOf({ ...SOURCE, connection });
    expect(connectionOf(draft)).toEqual(connection);
    expect(faultsOf(draft)).toEqual([]);
    expect(faultsOf({ ...draft, head: { ...draft.head, key_env: '' } })).toEqual([
      'source.fault_where',
    ]);
  }
  expect(connections.map(whereOf)).toEqual(['팔복동', 'nx 63, ny 89', 'ASOS 146']);
});

it('names what keeps a source from being saved', () => {
  expect(faultsOf(EMPTY)).toEqual([
    'source.fault_name',
    'source.fault_device',
    'source.fault_where',
    'source.fault_lines',
  ]);
  const draft = draftOf(SOURCE);
  expect(faultsOf(draft)).toEqual([]);
  expect(faultsOf({ ...draft, lines: [...draft.lines, {}] })).toEqual(['source.fault_half']);
  expect(faultsOf({ ...draft, lines: [...draft.lines, ...draft.lines] })).toEqual([
    'source.fault_twice',
  ]);
});

it('reads the numbers that manuals print', () => {
  expect(registerOf('40001')).toEqual({ function: 'holding', register: '0' });
  expect(registerOf('30053')).toEqual({ function: 'input', register: '52' });
  expect(registerOf('400101')).toEqual({ function: 'holding', register: '100' });
  expect(registerOf('100')).toBeUndefined();
  expect(registerOf('40000')).toBeUndefined();
});

it('takes a table from a spreadsheet, with a header or without', () => {
  expect(pastedLines('kwh\tholding\t100\tu32\tCDAB\t0.01\nkw\t\t30053\tf32', 'modbus')).toEqual([
    expect.objectContaining({ point: 'kwh', function: 'holding', register: '100', scale: '0.01' }),
    expect.objectContaining({ point: 'kw', function: 'input', register: '52', type: 'f32' }),
  ]);
  expect(pastedLines('register,point,type\n40001,kw,i16\n\n', 'modbus')).toEqual([
    { register: '0', function: 'holding', point: 'kw', type: 'i16' },
  ]);
  expect(pastedLines('ns=2;s=A.B\tkw\t0.001', 'opcua')).toEqual([
    { node: 'ns=2;s=A.B', point: 'kw', scale: '0.001', offset: '', deadband: '' },
  ]);
});
