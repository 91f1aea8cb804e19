// UCUM codes as people write them. The stored unit stays UCUM; this is only how it looks.
const UNITS: Record<string, string> = {
  'kW.h': 'kWh',
  'kvar.h': 'kvarh',
  'ug/m3': 'µg/m³',
  '[ppm]': 'ppm',
  Cel: '℃',
  deg: '°',
  '{vehicle}': '대',
};

export function unitLabel(ucum: string | null | undefined, quantity?: string): string {
  if (!ucum) return '';
  if (ucum === '1') return quantity === 'odour' ? '배' : '';
  return UNITS[ucum] ?? ucum;
}

const DECIMALS: Record<string, number> = {
  active_energy: 2,
  reactive_energy_lagging: 2,
  reactive_energy_leading: 2,
  pm10: 0,
  pm25: 0,
  no2: 3,
  o3: 3,
  so2: 3,
  h2s: 3,
  co: 2,
  nh3: 2,
  odour: 0,
  humidity: 0,
  wind_direction: 0,
  water_level: 2,
  parking_occupancy: 0,
  traffic_volume: 0,
  battery: 0,
};

/** Decimals to show: the point's own, else those usual for its quantity. */
export function decimalsOf(point: { quantity: string; decimals?: number | null } | undefined) {
  return point?.decimals ?? DECIMALS[point?.quantity ?? ''] ?? 1;
}

/** The stored unit (UCUM) of each quantity: the same table as `crates/base/src/quantity.rs`, held by a test. */
export const STORED_UNITS: Readonly<Record<string, string>> = {
  active_energy: 'kW.h',
  reactive_energy_lagging: 'kvar.h',
  reactive_energy_leading: 'kvar.h',
  active_power: 'kW',
  voltage: 'V',
  leakage_current: 'mA',
  pm10: 'ug/m3',
  pm25: 'ug/m3',
  no2: '[ppm]',
  o3: '[ppm]',
  so2: '[ppm]',
  co: '[ppm]',
  h2s: '[ppm]',
  nh3: '[ppm]',
  odour: '1',
  noise: 'dB(A)',
  temperature: 'Cel',
  surface_temperature: 'Cel',
  humidity: '%',
  wind_speed: 'm/s',
  wind_direction: 'deg',
  rain: 'mm',
  water_level: 'm',
  parking_occupancy: '%',
  traffic_volume: '{vehicle}',
  battery: '%',
  signal_strength: 'dB[mW]',
};

/** Units that are converted into a stored one on arrival, by that stored unit: see `crates/base/src/unit.rs`. */
export const SENT_UNITS: Readonly<Record<string, readonly string[]>> = {
  'kW.h': ['W.h', 'MW.h', 'GW.h', 'kJ', 'MJ', 'GJ'],
  'kvar.h': ['var.h', 'Mvar.h'],
  kW: ['mW', 'W', 'MW'],
  V: ['mV', 'kV'],
  mA: ['uA', 'A', 'kA'],
  'ug/m3': ['ng/m3', 'mg/m3', 'g/m3'],
  '[ppm]': ['[ppb]'],
  Cel: ['K', '[degF]'],
  'm/s': ['km/h', '[kn_i]'],
  mm: ['cm', 'm'],
  m: ['mm', 'cm', 'km'],
  '%': ['1'],
};
