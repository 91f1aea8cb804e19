import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';
import type { paths } from './schema';
import type { ElectricityContract, Production, ProductionEntry } from './types';

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

export const monthlyReportQuery = (id: string, month: string) =>
  queryOptions({
    queryKey: ['monthly_report', id, month],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/monthly_report', {
          params: { path: { id }, query: { month } },
        }),
      ),
    staleTime: STALE_MS,
  });

export const monthlyReportFile = (id: string, month: string) =>
  ok(
    api.GET('/api/v1/electricity_contracts/{id}/monthly_report.xlsx', {
      params: { path: { id }, query: { month } },
      parseAs: 'blob',
    }),
  );

export const productReportQuery = (id: string, query: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['product_report', id, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/product_report', {
          params: { path: { id }, query },
        }),
      ),
    staleTime: STALE_MS,
  });

export const productReportFile = (id: string, query: { from: string; to: string }) =>
  ok(
    api.GET('/api/v1/electricity_contracts/{id}/product_report.xlsx', {
      params: { path: { id }, query },
      parseAs: 'blob',
    }),
  );

export const annualReportQuery = (id: string, year: number) =>
  queryOptions({
    queryKey: ['annual_report', id, year],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/annual_report', {
          params: { path: { id }, query: { year } },
        }),
      ),
    staleTime: STALE_MS,
  });

export const annualReportFile = (id: string, year: number) =>
  ok(
    api.GET('/api/v1/electricity_contracts/{id}/annual_report.xlsx', {
      params: { path: { id }, query: { year } },
      parseAs: 'blob',
    }),
  );

export const productionEntriesQuery = (id: string, query: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['production_entries', id, query],
    queryFn: (): Promise<ProductionEntry[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/production_entries', {
            params: { path: { id }, query: { ...query, after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
  });

export const addProductionEntry = (id: string, body: Production) =>
  ok(
    api.POST('/api/v1/electricity_contracts/{id}/production_entries', {
      params: { path: { id } },
      body,
    }),
  );

export const changeProductionEntry = ({ id, version }: ProductionEntry, made: Production) =>
  ok(
    api.PATCH('/api/v1/production_entries/{id}', {
      params: { path: { id } },
      body: { version, made },
    }),
  );

export const removeProductionEntry = async (id: string) => {
  await ok(api.DELETE('/api/v1/production_entries/{id}', { params: { path: { id } } }));
  return id;
};
