// Reads an address's search values: what does not fit is left out, never an error.

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

export const oneOf =
  <const T extends string>(...words: readonly T[]) =>
  (value: unknown): T | undefined =>
    words.find((word) => word === value);

export const flag = (value: unknown): true | undefined =>
  value === true || value === 'true' || value === 1 ? true : undefined;

/** A month: `2026-11`. */
export const month = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(value) ? value : undefined;

/** A day: `2026-11-26`. */
export const day = (value: unknown): string | undefined =>
  typeof value === 'string' &&
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value) &&
  !Number.isNaN(Date.parse(`${value}T00:00Z`))
    ? value
    : undefined;

/** A number of things: 1 and more. */
export const wholeNumber = (value: unknown): number | undefined => {
  const read = Number(value);
  return Number.isSafeInteger(read) && read > 0 ? read : undefined;
};

/** A comma-separated list: short in an address, and the same for every reader. */
export const list = (value: unknown): string[] => (text(value) ?? '').split(',').filter(Boolean);

/** Every value of an address may be left out. */
export const some = <T extends object>(values: T): Partial<T> => values;
