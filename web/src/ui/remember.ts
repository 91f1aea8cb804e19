/** Reads what this browser remembered under `key`; nonsense counts as nothing. */
export function recall<T>(key: string, fallback: T): T {
  try {
    const text = window.localStorage.getItem(`sandan.${key}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function remember(key: string, value: unknown) {
  try {
    window.localStorage.setItem(`sandan.${key}`, JSON.stringify(value));
  } catch {
    // A private window may refuse; the page works without memory.
  }
}
