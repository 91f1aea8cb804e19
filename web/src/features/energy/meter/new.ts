// A meter of the tree as somebody types it.
import type { Device, Meter, Point } from '../../../api/types';
import { chosen, type Values } from '../../../ui/FieldsForm';
import { isQuarterly } from '../quarter';

export const KINDS = ['main', 'sub', 'generator', 'battery', 'virtual'] as const;
export const DISPOSALS = ['own_use', 'sold'] as const;
/** How a virtual meter is calculated. */
export const FORMULAS = ['sum', 'difference', 'allocation'] as const;
/** By what a part of a whole is reckoned. */
export const KEYS = ['area', 'headcount', 'fixed', 'metered'] as const;

/** The points that a meter of the tree can count with: energy by quarters of an hour. */
export function pointsFor(points: readonly Point[], devices: readonly Device[]) {
  const names = new Map(devices.map((device) => [device.id, device.name]));
  return points
    .filter((point) => point.quantity === 'active_energy' && isQuarterly(point))
    .map((point) => ({
      value: point.id,
      label: `${names.get(point.device_id) ?? point.device_id} · ${point.name}`,
    }));
}

const named = (meters: readonly Meter[]) =>
  meters.map((meter) => ({ value: meter.id, label: meter.terms.name }));

/** The meters that others can stand below; none stands below itself. */
export const parentsOf = (meters: readonly Meter[], self?: string) =>
  named(
    meters.filter(
      ({ id, terms }) =>
        (terms.kind === 'main' || terms.kind === 'sub') && !terms.to && id !== self,
    ),
  );

/** The meters that a virtual one can be calculated from. */
export const inputsFor = (meters: readonly Meter[], self?: string) =>
  named(meters.filter(({ id, terms }) => id !== self && !terms.to));

const find = <const T extends string>(words: readonly T[], value: string | undefined) =>
  words.find((word) => word === value);

type Terms = Meter['terms'];
type Given = (name: string) => string | undefined;

function formulaOf(given: Given): NonNullable<Terms['formula']> {
  switch (find(FORMULAS, given('formula')) ?? 'sum') {
    case 'difference':
      return {
        type: 'difference',
        from: given('minuend') ?? '',
        minus: chosen(given('subtrahends')),
      };
    case 'allocation': {
      const key = find(KEYS, given('key')) ?? 'area';
      const part =
        key === 'metered' ? { by: given('by') } : { weight: Number(given('weight') ?? Number.NaN) };
      return { type: 'allocation', of: given('whole') ?? '', key, ...part };
    }
    default:
      return { type: 'sum', of: chosen(given('summands')) };
  }
}

/** What a meter is, by what was typed; a measured one has points, a virtual one a formula. */
export function termsOf(values: Values): Terms {
  const given: Given = (name) => values[`terms/${name}`] || undefined;
  const kind = find(KINDS, given('kind')) ?? 'sub';
  const counted =
    kind === 'virtual'
      ? { formula: formulaOf(given) }
      : { point_id: given('point_id'), back_point_id: given('back_point_id') };
  const limit = given('rest_limit_percent');
  return {
    name: given('name') ?? '',
    kind,
    parent_id: given('parent_id'),
    ...counted,
    disposal: kind === 'generator' ? find(DISPOSALS, given('disposal')) : undefined,
    from: given('from') ?? '',
    to: given('to'),
    rest_limit_percent: limit ? Number(limit) : undefined,
  };
}

/** What is sent for a new meter: whose it is follows from its point; of a virtual one it is chosen. */
export function newMeter(values: Values, complex: string, points: readonly Point[]) {
  const terms = termsOf(values);
  const owner = points.find((point) => point.id === terms.point_id)?.owner;
  const establishment_id =
    terms.kind === 'virtual' ? values.establishment_id || undefined : owner?.establishment_id;
  return { complex_id: complex, establishment_id, terms };
}

/** What stands in the form of a meter that is there. */
export function valuesOf({ terms }: Meter): Values {
  const { formula } = terms;
  const values: Record<string, string | number | null | undefined> = {
    name: terms.name,
    kind: terms.kind,
    parent_id: terms.parent_id,
    point_id: terms.point_id,
    back_point_id: terms.back_point_id,
    disposal: terms.disposal,
    from: terms.from,
    to: terms.to,
    rest_limit_percent: terms.rest_limit_percent,
    formula: formula?.type,
    ...(formula?.type === 'sum' && { summands: formula.of.join(',') }),
    ...(formula?.type === 'difference' && {
      minuend: formula.from,
      subtrahends: formula.minus.join(','),
    }),
    ...(formula?.type === 'allocation' && {
      whole: formula.of,
      key: formula.key,
      weight: formula.weight,
      by: formula.by,
    }),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`terms/${name}`, String(value ?? '')]),
  );
}
