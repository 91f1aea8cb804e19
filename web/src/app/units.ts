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
