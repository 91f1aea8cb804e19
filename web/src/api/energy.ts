import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';
import type { paths } from './schema';
import type { DrEvent, ElectricityContract, SizingNew } from './types';

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

type FitnessQuery = NonNullable<
  paths['/api/v1/electricity_contracts/{id}/dr_fitness']['get']['parameters']['query']
>;
type DispatchQuery =
  paths['/api/v1/electricity_contracts/{id}/dispatch']['get']['parameters']['query'];

export const drFitnessQuery = (id: string, query: FitnessQuery) =>
  queryOptions({
    queryKey: ['dr_fitness', id, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/dr_fitness', {
          params: { path: { id }, query },
        }),
      ),
    staleTime: STALE_MS,
  });

export const drEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['dr_events', id],
    queryFn: (): Promise<DrEvent[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/dr_events', {
            params: { path: { id }, query: { after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
  });

export const drEventResultQuery = (id: string, event: string) =>
  queryOptions({
    queryKey: ['dr_events', id, event, 'result'],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/dr_events/{event}/result', {
          params: { path: { id, event } },
        }),
      ),
    staleTime: STALE_MS,
  });

export const dispatchQuery = (id: string, query: DispatchQuery) =>
  queryOptions({
    queryKey: ['dispatch', id, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/dispatch', { params: { path: { id }, query } }),
      ),
    staleTime: STALE_MS,
  });

/** A calculation with no effect: kept by its inputs, as an answer to a question is. */
export const sizingQuery = (id: string, body: SizingNew) =>
  queryOptions({
    queryKey: ['sizing', id, body],
    queryFn: () =>
      ok(api.POST('/api/v1/electricity_contracts/{id}/sizing', { params: { path: { id } }, body })),
    staleTime: STALE_MS,
  });

export const dispatchRunQuery = (id: string, query: { capacity_kwh: number; power_kw: number }) =>
  queryOptions({
    queryKey: ['dispatch_run', id, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/dispatch_run', {
          params: { path: { id }, query },
        }),
      ),
    staleTime: STALE_MS,
  });
