/** One page of a list. */
export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** The most pages that {@link everyPage} follows: 10 pages of 1000 rows. */
const PAGES_MAX = 10;

/** Follows `next` to the end of a short list, such as the devices of a complex. */
export async function everyPage<T>(load: (after?: string) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next } = await load(after);
    rows.push(...items);
    if (!next) break;
    after = next;
  }
  return rows;
}

/** Options of `useInfiniteQuery` that are alike for every keyset-paged list. */
export const keyset = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: Page<unknown>) => last.next ?? undefined,
};

/** The rows of all pages read so far. */
export const flat = <T>(data: { pages: Page<T>[] } | undefined): T[] =>
  data?.pages.flatMap((page) => page.items) ?? [];
