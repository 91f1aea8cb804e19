import type { Metric } from '../../../api/types';

/** A maker's message, the expression that reads it, and what such a device measures. All invented. */
export interface MappingExample {
  name: string;
  mapping: string;
  payload: string;
  metrics: readonly Metric[];
}

const PM25: Metric = {
  key: 'pm25',
  quantity: 'pm25',
  kind: 'gauge',
  expected_interval_s: 60,
  min: 0,
  max: 1000,
};
const TEMPERATURE: Metric = {
  key: 'temperature',
  quantity: 'temperature',
  kind: 'gauge',
  expected_interval_s: 60,
  min: -40,
  max: 60,
};
const HUMIDITY: Metric = {
  key: 'humidity',
  quantity: 'humidity',
  kind: 'gauge',
  expected_interval_s: 60,
  min: 0,
  max: 100,
};
const ENERGY: Metric = {
  key: 'active_energy',
  quantity: 'active_energy',
  kind: 'counter',
  expected_interval_s: 900,
  sent_unit: 'W.h',
};

/** Expressions to begin with. Each runs as it stands on its own message. */
export const EXAMPLES: readonly MappingExample[] = [
  {
    name: 'rename',
    mapping: `{"pm": "pm25", "t": "temperature", "h": "humidity"} as $names
| to_entries[]
| select($names[.key])
| {point: $names[.key], value}`,
    payload: `{
  "id": "A-17",
  "pm": 12.5,
  "t": 21.3,
  "h": 48
}`,
    metrics: [PM25, TEMPERATURE, HUMIDITY],
  },
  {
    name: 'list',
    mapping: `.d[]
| {
    point: .name,
    at: (.ts * 1000),
    value: (.raw / 100),
    quality: (if .ok then [] else ["doubtful"] end)
  }`,
    payload: `{
  "d": [
    {"name": "temperature", "ts": 1795564700, "raw": 2130, "ok": true},
    {"name": "temperature", "ts": 1795564760, "raw": 2135, "ok": true},
    {"name": "humidity", "ts": 1795564760, "raw": 4800, "ok": false}
  ]
}`,
    metrics: [TEMPERATURE, HUMIDITY],
  },
  {
    name: 'meter',
    mapping: '{point: "active_energy", at: .time, value: .import_wh}',
    payload: `{
  "meter": "M-3",
  "time": "2026-11-25T09:00:00+09:00",
  "import_wh": 1250400,
  "export_wh": 0
}`,
    metrics: [ENERGY],
  },
  {
    name: 'bytes',
    mapping: `.bytes as $b
| {point: "temperature", value: (($b[0] * 256 + $b[1]) / 100)},
  {point: "humidity", value: $b[2]}`,
    payload: `{
  "fPort": 2,
  "bytes": [8, 82, 48]
}`,
    metrics: [TEMPERATURE, HUMIDITY],
  },
];
