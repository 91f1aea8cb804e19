import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';

/** How sources are doing changes by the second. */
const STATUS_MS = 5_000;

export const sourcesQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['sources', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/sources', { params: { query: { complex, after, limit: 1000 } } })),
      ),
    refetchInterval: STATUS_MS,
  });
