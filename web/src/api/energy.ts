import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';
import type { paths } from './schema';
import type { ElectricityContract, SavingMeasure } from './types';

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

/** The measures of these complexes that the reader may see. */
export const savingMeasuresQuery = (complexes: readonly string[]) =>
  queryOptions({
    queryKey: ['saving_measures', complexes],
    queryFn: async (): Promise<SavingMeasure[]> => {
      const lists = complexes.map((complex) =>
        everyPage((after) =>
          ok(
            api.GET('/api/v1/saving_measures', {
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

export const savingMeasureQuery = (id: string) =>
  queryOptions({
    queryKey: ['saving_measure', id],
    queryFn: () => ok(api.GET('/api/v1/saving_measures/{id}', { params: { path: { id } } })),
    staleTime: STALE_MS,
  });

/** The result of a version: another one may come out otherwise. */
export const savingResultQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['saving_result', id, version],
    queryFn: () => ok(api.GET('/api/v1/saving_measures/{id}/result', { params: { path: { id } } })),
    staleTime: STALE_MS,
  });
