import { expect, it } from 'vitest';
import type { Alarm, Device, Point } from '../../../api/types';
import { alarmPlaces, boxOf, deviceFeatures, deviceOf, labelsOf } from './places';

const at = { lon: 127.1, lat: 35.85 };
const alarm = (id: string, part: Partial<Alarm> = {}) =>
  ({ id, grade: 'caution', state: 'unacknowledged', acknowledged: false, ...part }) as Alarm;

it('shows one sign for a place, that of the worst alarm', () => {
  const places = alarmPlaces(
    [alarm('mild'), alarm('bad', { grade: 'danger', acknowledged: true }), alarm('far')],
    (each) => (each.id === 'far' ? { lon: 127.2, lat: 35.8 } : at),
  );
  expect(places).toHaveLength(2);
  expect(places[0]).toMatchObject({ count: 2, unseen: true, alarm: { id: 'bad' } });
});

it('keeps shelved alarms and alarms without a place off the map', () => {
  expect(alarmPlaces([alarm('s', { state: 'shelved' })], () => at)).toEqual([]);
  expect(alarmPlaces([alarm('n')], () => undefined)).toEqual([]);
});

it('finds the device of a point and of a device', () => {
  const devices = new Map([['d', { id: 'd' } as Device]]);
  const points = new Map([['p', { id: 'p', device_id: 'd' } as Point]]);
  expect(deviceOf(alarm('a', { subject: 'point:p' }), devices, points)?.id).toBe('d');
  expect(deviceOf(alarm('a', { subject: 'device:d' }), devices, points)?.id).toBe('d');
  expect(deviceOf(alarm('a', { subject: 'point:x' }), devices, points)).toBeUndefined();
});

it('draws only devices with a place, and bounds what it draws', () => {
  const drawn = deviceFeatures(
    [{ id: 'd', kind: 'meter', position: at } as Device, { id: 'e', kind: 'meter' } as Device],
    new Map([['d', { health: 'silent' }]]),
  );
  expect(drawn.features.map((feature) => feature.properties?.icon)).toEqual(['meter-silent']);
  expect(boxOf(drawn)).toEqual([127.1, 35.85, 127.1, 35.85]);
  expect(boxOf({ type: 'FeatureCollection', features: [] })).toBeUndefined();
});

it('names each main road once and takes the labels of the base map', () => {
  const road = {
    type: 'Feature' as const,
    properties: { kind: 'road_main', name: '가람로' },
    geometry: {
      type: 'LineString' as const,
      coordinates: [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    },
  };
  const label = {
    type: 'Feature' as const,
    properties: { kind: 'label', name: '제1단지', rank: 1 },
    geometry: { type: 'Point' as const, coordinates: [5, 6] },
  };
  expect(labelsOf({ type: 'FeatureCollection', features: [road, road, label] })).toEqual([
    { words: '가람로', rank: 3, at: [2, 2] },
    { words: '제1단지', rank: 1, at: [5, 6] },
  ]);
});
