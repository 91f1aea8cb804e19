import type { Device, Latest, Point } from '../../api/types';

export type Health = 'live' | 'silent' | 'never' | 'unknown';

/** A point is late after this many of its expected intervals. */
const INTERVALS_MISSED = 3;
const LIMIT_MIN_S = 300;
/** For a point that is not known to this reader. */
const LIMIT_USUAL_S = 900;

/** Seconds of silence after which a value counts as old. */
export function silenceLimit(point: Point | undefined): number {
  if (!point) return LIMIT_USUAL_S;
  const interval = Math.max(point.expected_interval_s, point.interval_s ?? 0);
  return Math.max(LIMIT_MIN_S, INTERVALS_MISSED * interval);
}

export interface DeviceHealth {
  health: Health;
  /** When the device was last heard of. */
  heard_at?: string;
}

/**
 * How each device is: heard of in time, silent, or never heard of. That a tenant's point lives is told to
 * everybody, also where its value is not. Nothing is expected of a retired device.
 */
export function healthOf(
  devices: readonly Device[],
  points: readonly Point[],
  latest: readonly Latest[],
  now: number,
): Map<string, DeviceHealth> {
  const pointById = new Map(points.map((point) => [point.id, point]));
  // Nothing is expected of a camera or a gateway without points.
  const measures = new Set(points.map((point) => point.device_id));
  const found = new Map<string, DeviceHealth>(
    devices
      .filter((device) => device.state !== 'retired')
      .map((device) => [device.id, { health: measures.has(device.id) ? 'never' : 'unknown' }]),
  );
  for (const item of latest) {
    const known = found.get(item.device_id);
    if (!known) continue;
    const silent_s = (now - Date.parse(item.arrived_at)) / 1_000;
    const live = silent_s <= silenceLimit(pointById.get(item.point_id));
    const later = !known.heard_at || item.arrived_at > known.heard_at;
    found.set(item.device_id, {
      health: live || known.health === 'live' ? 'live' : 'silent',
      heard_at: later ? item.arrived_at : known.heard_at,
    });
  }
  return found;
}

/** Whether somebody should look after it. */
export const needsCare = (health: Health | undefined) => health === 'silent' || health === 'never';
