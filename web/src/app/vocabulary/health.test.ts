import { expect, it } from 'vitest';
import type { Device, Latest, Point } from '../../api/types';
import { healthOf, silenceLimit } from './health';

const now = Date.parse('2026-11-25T12:00:00Z');
const device = (id: string) => ({ id }) as Device;
const point = (id: string, expected_interval_s: number, device_id = 'a') =>
  ({ id, device_id, expected_interval_s }) as Point;
const heard = (device_id: string, point_id: string, arrived_at: string) =>
  ({ device_id, point_id, arrived_at, at: arrived_at }) as Latest;

it('calls a device silent once every point missed three intervals', () => {
  const health = healthOf(
    [device('a'), device('b'), device('c'), device('camera')],
    [point('pa', 60), point('pb', 3_600, 'b'), point('pc', 60, 'c')],
    [heard('a', 'pa', '2026-11-25T11:50:00Z'), heard('b', 'pb', '2026-11-25T09:30:00Z')],
    now,
  );
  expect(health.get('a')?.health).toBe('silent');
  expect(health.get('b')?.health).toBe('live');
  expect(health.get('c')).toEqual({ health: 'never' });
  expect(health.get('camera')).toEqual({ health: 'unknown' });
});

it('keeps a device live while one of its points speaks', () => {
  const health = healthOf(
    [device('a')],
    [point('p1', 60), point('p2', 60)],
    [heard('a', 'p1', '2026-11-25T11:59:30Z'), heard('a', 'p2', '2026-11-25T08:00:00Z')],
    now,
  );
  expect(health.get('a')).toEqual({ health: 'live', heard_at: '2026-11-25T11:59:30Z' });
});

it('never calls a value old before five minutes', () => {
  expect(silenceLimit(point('p', 10))).toBe(300);
  expect(silenceLimit(undefined)).toBe(900);
});

it('knows that a tenant’s device lives though its values are kept from the reader', () => {
  const hidden = { ...heard('a', 'p', '2026-11-25T11:59:30Z'), value: null, hidden: true };
  const tenants = { ...point('p', 60), class: 'tenant' } as Point;
  expect(healthOf([device('a')], [tenants], [hidden], now).get('a')?.health).toBe('live');
  expect(healthOf([device('a')], [tenants], [], now).get('a')?.health).toBe('never');
});

it('expects nothing of a retired device', () => {
  const retired = { ...device('a'), state: 'retired' } as Device;
  expect(healthOf([retired], [point('p', 60)], [], now).size).toBe(0);
});
