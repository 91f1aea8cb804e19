import type { Organisation } from '../../../api/types';

export const ORGANISATION_KINDS = [
  'manager',
  'programme_office',
  'government',
  'fire',
  'police',
  'environment',
  'hospital',
  'institute',
  'association',
  'carrier',
  'other',
] as const satisfies Organisation['kind'][];

/** A telephone number as an address that a phone dials. */
export const dialled = (phone: string) => `tel:${phone.replace(/[^0-9+]/g, '')}`;

/** Whom a person works for, as one value of a form: `organisation:…` or `establishment:…`. */
export function houseOf(value: string | undefined) {
  const [noun, id] = (value ?? '').split(':');
  if (noun === 'organisation') return { organisation_id: id };
  if (noun === 'establishment') return { establishment_id: id };
  return {};
}
