import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage, keyset } from './paging';
import type { paths } from './schema';
import type { DeviceKind, Latest, Reject, SavedQuery } from './types';

const LATEST_REFRESH_MS = 60_000;

export interface LatestFilter {
  complex?: string;
  device?: string;
}

export const latestQuery = (filter: LatestFilter) =>
  queryOptions({
    queryKey: ['latest', filter],
    queryFn: async (): Promise<Latest[]> =>
      (await ok(api.GET('/api/v1/points/latest', { params: { query: filter } }))).items,
    refetchInterval: LATEST_REFRESH_MS,
  });

export interface ReadingsFilter {
  point: string;
  from: string;
  to: string;
  bucket?: string;
  aggregate?: 'sum' | 'avg' | 'last';
  limit?: number;
}

/** The most values of one series; the bucket is chosen so that fewer come. */
export const READINGS_MAX = 20_000;

export const readingsQuery = ({ point, ...query }: ReadingsFilter) =>
  queryOptions({
    queryKey: ['readings', point, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/points/{id}/readings', {
          params: { path: { id: point }, query: { limit: READINGS_MAX, ...query } },
        }),
      ),
    staleTime: 30_000,
  });

/** Every version of every correction of a point, the newest first. */
export const correctionsQuery = (point: string) =>
  infiniteQueryOptions({
    queryKey: ['corrections', point],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/points/{id}/corrections', {
          params: { path: { id: point }, query: { after: pageParam, limit: 100 } },
        }),
      ),
    ...keyset,
  });

/** What was erased, with its proof; read again while files are still being written anew. */
export const erasuresQuery = infiniteQueryOptions({
  queryKey: ['erasures'],
  queryFn: ({ pageParam }) =>
    ok(api.GET('/api/v1/erasures', { params: { query: { after: pageParam, limit: 100 } } })),
  refetchInterval: 10_000,
  ...keyset,
});

export interface CoverageFilter {
  complex: string | undefined;
  from: string;
  bucket: string;
  kind?: DeviceKind | undefined;
  establishment?: string | undefined;
}

export const coverageQuery = (filter: CoverageFilter) =>
  queryOptions({
    queryKey: ['coverage', filter],
    queryFn: () => ok(api.GET('/api/v1/coverage', { params: { query: filter } })),
    placeholderData: (old) => old,
  });

export const rejectsQuery = (filter: { complex?: string; device?: string }) =>
  infiniteQueryOptions({
    queryKey: ['rejects', filter],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/rejects', {
          params: { query: { ...filter, after: pageParam, limit: 100 } },
        }),
      ),
    refetchInterval: LATEST_REFRESH_MS,
    ...keyset,
  });

/** The most pages of refusals that are read for the trend: 10,000 rows, each of an hour. */
const REJECT_PAGES_MAX = 10;

/** The refusals of the last 30 days, newest first; `all` is false when there were too many to read. */
export const rejectHistoryQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['rejects', 'history', complex],
    queryFn: async ({ signal }) => {
      const rows: Reject[] = [];
      let after: string | undefined;
      for (let page = 0; page < REJECT_PAGES_MAX; page += 1) {
        const { items, next } = await ok(
          api.GET('/api/v1/rejects', {
            params: { query: { complex, after, limit: 1000 } },
            signal,
          }),
        );
        rows.push(...items);
        if (!next) return { rows, all: true };
        after = next;
      }
      return { rows, all: false };
    },
    refetchInterval: LATEST_REFRESH_MS,
  });

export const mappingsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['column_mappings', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/column_mappings', {
            params: { query: { complex, after, limit: 500 } },
          }),
        ),
      ),
    staleTime: LATEST_REFRESH_MS,
  });

export const intervalImportsQuery = (complex: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['interval_imports', complex],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/interval_imports', {
          params: { query: { complex, after: pageParam, limit: 50 } },
        }),
      ),
    ...keyset,
  });

type ManyReadings = NonNullable<paths['/api/v1/readings']['get']['parameters']['query']>;

export const manyReadingsQuery = (query: ManyReadings) =>
  queryOptions({
    queryKey: ['readings', 'many', query],
    queryFn: () => ok(api.GET('/api/v1/readings', { params: { query } })),
    staleTime: 30_000,
    placeholderData: (old) => old,
  });

/** One SELECT; the most rows that the page shows. */
const SQL_ROWS_MAX = 1_000;

export const askSql = (sql: string) =>
  ok(api.POST('/api/v1/sql_queries', { body: { sql, limit: SQL_ROWS_MAX } }));

/** The whole answer as a file that Excel reads. */
export const sqlFile = (sql: string): Promise<Blob> =>
  ok(
    api.POST('/api/v1/sql_queries', {
      params: { query: { format: 'csv', bom: true } },
      body: { sql },
      parseAs: 'blob',
    }),
  );

export const savedQueriesQuery = (kind: SavedQuery['kind']) =>
  queryOptions({
    queryKey: ['saved_queries', kind],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/saved_queries', { params: { query: { kind, after, limit: 500 } } })),
      ),
    staleTime: LATEST_REFRESH_MS,
  });
