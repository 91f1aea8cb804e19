import type { Position as Coordinates, Feature, FeatureCollection, Geometry } from 'geojson';
import type { Alarm, Device, Point } from '../../../api/types';
import { GRADE_ORDER } from '../../../app/vocabulary/Grade';
import type { DeviceHealth } from '../../../app/vocabulary/health';
import { isQuiet, subjectOf } from '../alarm/words';

/** Devices with a place, as the map draws them. */
export function deviceFeatures(
  devices: readonly Device[],
  health: ReadonlyMap<string, DeviceHealth>,
): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: devices.flatMap((device): Feature[] => {
      if (!device.position) return [];
      const state = health.get(device.id)?.health ?? 'never';
      return [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [device.position.lon, device.position.lat] },
          properties: { id: device.id, icon: `${device.kind}-${state}` },
        },
      ];
    }),
  };
}

/** The device that an alarm is about, if it is about one. */
export function deviceOf(
  alarm: Alarm,
  devices: ReadonlyMap<string, Device>,
  points: ReadonlyMap<string, Point>,
): Device | undefined {
  const { kind, id } = subjectOf(alarm.subject);
  const named = kind === 'point' ? points.get(id)?.device_id : id;
  return devices.get(alarm.device_id ?? named ?? '');
}

export interface AlarmPlace {
  key: string;
  lon: number;
  lat: number;
  /** The worst alarm there. */
  alarm: Alarm;
  count: number;
  /** Nobody took note yet. */
  unseen: boolean;
}

/** Alarms gathered by place: one sign for each, that of the worst. */
export function alarmPlaces(
  alarms: readonly Alarm[],
  place: (alarm: Alarm) => { lon: number; lat: number } | undefined,
): AlarmPlace[] {
  const places = new Map<string, AlarmPlace>();
  for (const alarm of alarms) {
    const at = isQuiet(alarm) ? undefined : place(alarm);
    if (!at) continue;
    const key = `${at.lon.toFixed(5)} ${at.lat.toFixed(5)}`;
    const known = places.get(key);
    const unseen = !alarm.acknowledged;
    if (!known) {
      places.set(key, { key, ...at, alarm, count: 1, unseen });
      continue;
    }
    const worse = GRADE_ORDER[alarm.grade] > GRADE_ORDER[known.alarm.grade];
    places.set(key, {
      ...known,
      alarm: worse ? alarm : known.alarm,
      count: known.count + 1,
      unseen: known.unseen || unseen,
    });
  }
  return [...places.values()];
}

function eachCoordinate(geometry: Geometry, visit: (at: Coordinates) => void) {
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) eachCoordinate(part, visit);
    return;
  }
  const walk = (value: unknown) => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] === 'number') visit(value as Coordinates);
    else for (const inner of value) walk(inner);
  };
  walk(geometry.coordinates);
}

export type Box = [west: number, south: number, east: number, north: number];

/** The smallest box around all that is drawn; undefined when there is nothing. */
export function boxOf(collection: FeatureCollection): Box | undefined {
  let box: Box | undefined;
  for (const feature of collection.features) {
    eachCoordinate(feature.geometry, ([lon = 0, lat = 0]) => {
      box = box
        ? [
            Math.min(box[0], lon),
            Math.min(box[1], lat),
            Math.max(box[2], lon),
            Math.max(box[3], lat),
          ]
        : [lon, lat, lon, lat];
    });
  }
  return box;
}

export interface MapLabel {
  words: string;
  rank: number;
  at: [lon: number, lat: number];
}

const ROAD_RANK = 3;

/** The words on the base map: its own labels, and each main road once, at the middle of a stretch. */
export function labelsOf(base: FeatureCollection): MapLabel[] {
  const labels: MapLabel[] = [];
  const roads = new Set<string>();
  for (const { geometry, properties } of base.features) {
    const words = String(properties?.name ?? '');
    if (properties?.kind === 'label' && geometry.type === 'Point') {
      const [lon = 0, lat = 0] = geometry.coordinates;
      labels.push({ words, rank: Number(properties.rank ?? 2), at: [lon, lat] });
    }
    if (properties?.kind === 'road_main' && geometry.type === 'LineString' && !roads.has(words)) {
      const [lon = 0, lat = 0] = geometry.coordinates[geometry.coordinates.length >> 1] ?? [];
      roads.add(words);
      labels.push({ words, rank: ROAD_RANK, at: [lon, lat] });
    }
  }
  return labels.filter(({ words }) => words !== '');
}
