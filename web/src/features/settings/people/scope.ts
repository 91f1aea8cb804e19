import type { Complex, Establishment } from '../../../api/types';

/** Scopes as the form offers them: the system, each complex, each establishment. */
export function scopeOptions(
  complexes: readonly Complex[],
  establishments: readonly Establishment[],
  system: string,
) {
  return [
    { value: 'system', label: system },
    ...complexes.map((each) => ({ value: `complex:${each.id}`, label: each.name })),
    ...establishments.map((each) => ({
      value: `establishment:${each.id}@${each.complex_id}`,
      label: each.name,
    })),
  ];
}

/** A scope by the name of what it reaches; an unknown one stays as it is written. */
export const scopeName = (
  scope: string,
  options: readonly { value: string; label: string }[],
): string => options.find((option) => option.value === scope)?.label ?? scope;
