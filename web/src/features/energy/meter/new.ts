// A new meter as somebody types it.
import type { Device, Meter, Point } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';

/** What the form registers: what is calculated comes through the API. */
export const KINDS = ['main', 'sub', 'generator', 'battery'] as const;
export const DISPOSALS = ['own_use', 'sold'] as const;

const SLOT_S = 900;

/** The points that a meter of the tree can count with: energy by quarters of an hour. */
export function pointsFor(points: readonly Point[], devices: readonly Device[]) {
  const names = new Map(devices.map((device) => [device.id, device.name]));
  return points
    .filter(
      (point) =>
        point.quantity === 'active_energy' &&
        point.kind === 'interval' &&
        point.interval_s === SLOT_S,
    )
    .map((point) => ({
      value: point.id,
      label: `${names.get(point.device_id) ?? point.device_id} · ${point.name}`,
    }));
}

/** The meters that others can stand below. */
export const parentsOf = (meters: readonly Meter[]) =>
  meters
    .filter(({ terms }) => (terms.kind === 'main' || terms.kind === 'sub') && !terms.to)
    .map((meter) => ({ value: meter.id, label: meter.terms.name }));

const find = <const T extends string>(words: readonly T[], value: string | undefined) =>
  words.find((word) => word === value);

/** What is sent: whose meter it is follows from its point. */
export function newMeter(values: Values, complex: string, points: readonly Point[]) {
  const given = (name: string) => values[`terms/${name}`] || undefined;
  const kind = find(KINDS, given('kind')) ?? 'sub';
  const owner = points.find((point) => point.id === given('point_id'))?.owner;
  return {
    complex_id: complex,
    establishment_id: owner?.establishment_id,
    terms: {
      name: given('name') ?? '',
      kind,
      parent_id: given('parent_id'),
      point_id: given('point_id'),
      back_point_id: given('back_point_id'),
      disposal: kind === 'generator' ? find(DISPOSALS, given('disposal')) : undefined,
      from: given('from') ?? '',
    },
  };
}
