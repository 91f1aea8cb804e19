import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';
import type { paths } from './schema';
import type { ElectricityContract } from './types';

const LIMIT = 1000;
const STALE_MS = 60_000;

export const tariffsQuery = queryOptions({
  queryKey: ['tariffs'],
  queryFn: async () => (await ok(api.GET('/api/v1/tariffs'))).items,
  staleTime: 3_600_000,
});

/** The contracts of these complexes that the reader may see. */
export const electricityContractsQuery = (complexes: readonly string[]) =>
  queryOptions({
    queryKey: ['electricity_contracts', complexes],
    queryFn: async (): Promise<ElectricityContract[]> => {
      const lists = complexes.map((complex) =>
        everyPage((after) =>
          ok(
            api.GET('/api/v1/electricity_contracts', {
              params: { query: { complex, after, limit: LIMIT } },
            }),
          ),
        ),
      );
      return (await Promise.all(lists)).flat();
    },
    staleTime: STALE_MS,
    enabled: complexes.length > 0,
  });

type BillQuery = NonNullable<
  paths['/api/v1/electricity_contracts/{id}/bills']['get']['parameters']['query']
>;
type DemandQuery = NonNullable<
  paths['/api/v1/electricity_contracts/{id}/demand']['get']['parameters']['query']
>;

export const billsQuery = (id: string, query: BillQuery) =>
  queryOptions({
    queryKey: ['bills', id, query],
    queryFn: () =>
      ok(api.GET('/api/v1/electricity_contracts/{id}/bills', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

export const demandQuery = (id: string, query: DemandQuery) =>
  queryOptions({
    queryKey: ['demand', id, query],
    queryFn: () =>
      ok(api.GET('/api/v1/electricity_contracts/{id}/demand', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

/** How much each establishment of the reader shares. */
export const sharingLevelsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['sharing_levels', complex],
    queryFn: async () =>
      (await ok(api.GET('/api/v1/sharing_levels', { params: { query: { complex } } }))).items,
  });

/** The grants that the reader made or received, the newest first. */
export const sharingGrantsQuery = queryOptions({
  queryKey: ['sharing_grants'],
  queryFn: () =>
    everyPage((after) =>
      ok(api.GET('/api/v1/sharing_grants', { params: { query: { after, limit: LIMIT } } })),
    ),
});

/** Who read what of an establishment, the newest first. */
export const sharingReadsQuery = (establishment: string) =>
  queryOptions({
    queryKey: ['sharing_reads', establishment],
    queryFn: async () =>
      (
        await ok(
          api.GET('/api/v1/sharing_reads', { params: { query: { establishment, limit: LIMIT } } }),
        )
      ).items,
  });

/** What is published of a complex in a month. */
export const sharingGroupsQuery = (complex: string, month: string) =>
  queryOptions({
    queryKey: ['sharing_groups', complex, month],
    queryFn: () => ok(api.GET('/api/v1/sharing_groups', { params: { query: { complex, month } } })),
    staleTime: STALE_MS,
  });

export const benchmarkQuery = (establishment: string) =>
  queryOptions({
    queryKey: ['benchmark', establishment],
    queryFn: () => ok(api.GET('/api/v1/benchmark', { params: { query: { establishment } } })),
    staleTime: STALE_MS,
  });

/** Values under a grant. Each call is written down for the owner: never called without being asked for. */
export const readShared = (grant: string, from: string, to: string) =>
  ok(api.GET('/api/v1/shared_readings', { params: { query: { grant, from, to } } }));
