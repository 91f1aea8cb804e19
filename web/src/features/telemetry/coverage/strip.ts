/** How much came, in words: nothing, little, gaps, all; nothing expected is none of these. */
export type Level = 'none' | 'little' | 'gaps' | 'full' | 'unasked';

/** Below this share of what was expected it is little. */
const LITTLE = 0.5;
/** From this share on nothing worth a look is missing. */
const FULL = 0.95;

export const LEVELS: readonly Level[] = ['full', 'gaps', 'little', 'none', 'unasked'];

export function levelOf(share: number | null): Level {
  if (share === null) return 'unasked';
  if (share <= 0) return 'none';
  if (share < LITTLE) return 'little';
  return share < FULL ? 'gaps' : 'full';
}

/** The cells of one device as one background: a step for each bucket, neighbours of one level together. */
export function stripOf(cells: readonly (number | null)[]): string {
  const stops: string[] = [];
  const place = (index: number) => `${((index / cells.length) * 100).toFixed(3)}%`;
  let start = 0;
  for (let index = 1; index <= cells.length; index += 1) {
    const level = levelOf(cells[start] ?? null);
    if (index < cells.length && levelOf(cells[index] ?? null) === level) continue;
    stops.push(`var(--coverage-${level}) ${place(start)} ${place(index)}`);
    start = index;
  }
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** How many buckets stand at each level, for the name of a strip. */
export function countsOf(cells: readonly (number | null)[]): Record<Level, number> {
  const counts: Record<Level, number> = { none: 0, little: 0, gaps: 0, full: 0, unasked: 0 };
  for (const share of cells) counts[levelOf(share)] += 1;
  return counts;
}
