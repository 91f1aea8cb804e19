import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage } from './paging';
import type { paths } from './schema';
import type {
  DrEvent,
  DrProposal,
  ElectricityContract,
  Meter,
  MeterEnergy,
  Production,
  ProductionEntry,
  SavingMeasure,
  SizingNew,
  VtnConnection,
} from './types';

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

const GAUGE_MS = 10_000;

/** The running quarter of an hour: asked again as often as the server looks. */
export const gaugeQuery = (id: string) =>
  queryOptions({
    queryKey: ['gauge', id],
    queryFn: () =>
      ok(api.GET('/api/v1/electricity_contracts/{id}/gauge', { params: { path: { id } } })),
    refetchInterval: GAUGE_MS,
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

/** The meters of a complex that the reader may see: `terms.parent_id` makes the tree. */
export const metersQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['meters', complex],
    queryFn: (): Promise<Meter[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/meters', {
            params: { query: { complex: complex ?? '', after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
    enabled: complex !== undefined,
  });

/** Meters whose values of a day are asked for at once. */
const METER_ENERGY_LIMIT = 100;

/** What the meters of a complex counted on a day; yesterday when nothing is said. */
export const meterEnergyQuery = (complex: string | undefined, day?: string) =>
  queryOptions({
    queryKey: ['meter_energy', complex, day],
    queryFn: (): Promise<MeterEnergy[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/meters/energy', {
            params: { query: { complex: complex ?? '', day, after, limit: METER_ENERGY_LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
    enabled: complex !== undefined,
  });

interface Days {
  from: string;
  to: string;
}

export const meterBalanceQuery = (id: string, query: Days) =>
  queryOptions({
    queryKey: ['meter_balance', id, query],
    queryFn: () => ok(api.GET('/api/v1/meters/{id}/balance', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

export const meterFlowQuery = (id: string, query: Days) =>
  queryOptions({
    queryKey: ['meter_flow', id, query],
    queryFn: () => ok(api.GET('/api/v1/meters/{id}/flow', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

type SelfSufficiencyQuery = NonNullable<
  paths['/api/v1/complexes/{id}/self_sufficiency']['get']['parameters']['query']
>;
type EmissionQuery = NonNullable<
  paths['/api/v1/complexes/{id}/emissions']['get']['parameters']['query']
>;

export const selfSufficiencyQuery = (id: string, query: SelfSufficiencyQuery) =>
  queryOptions({
    queryKey: ['self_sufficiency', id, query],
    queryFn: () =>
      ok(api.GET('/api/v1/complexes/{id}/self_sufficiency', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

/** Whose electricity an emission is of. */
export interface EmissionOf {
  kind: 'complex' | 'meter' | 'contract';
  id: string;
}

export const emissionsQuery = ({ kind, id }: EmissionOf, query: EmissionQuery) =>
  queryOptions({
    queryKey: ['emissions', kind, id, query],
    queryFn: () => {
      const params = { path: { id }, query };
      switch (kind) {
        case 'complex':
          return ok(api.GET('/api/v1/complexes/{id}/emissions', { params }));
        case 'meter':
          return ok(api.GET('/api/v1/meters/{id}/emissions', { params }));
        case 'contract':
          return ok(api.GET('/api/v1/electricity_contracts/{id}/emissions', { params }));
      }
    },
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

/** The load of a day as it was expected before it began. */
export const forecastQuery = (id: string, day: string) =>
  queryOptions({
    queryKey: ['forecast', id, day],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/forecast', {
          params: { path: { id }, query: { day } },
        }),
      ),
    staleTime: STALE_MS,
    retry: false,
  });

/** What is planned for the days from one to another. */
export const loadPlansQuery = (id: string, days: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['load_plans', id, days],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/load_plans', {
            params: { path: { id }, query: { ...days, after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
  });

export const anomaliesQuery = (id: string, days: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['anomalies', id, days],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/anomalies', {
          params: { path: { id }, query: days },
        }),
      ),
    staleTime: STALE_MS,
    retry: false,
  });

/** Every kept invoice of a contract, the latest month first. */
export const invoicesQuery = (id: string) =>
  queryOptions({
    queryKey: ['invoices', id],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/invoices', {
            params: { path: { id }, query: { after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
  });

/** The kept invoice of a month beside its bill; another version is another question. */
export const invoiceCheckQuery = (id: string, month: string, version: number) =>
  queryOptions({
    queryKey: ['invoice_check', id, month, version],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/invoices/{month}/check', {
          params: { path: { id, month } },
        }),
      ),
    staleTime: STALE_MS,
    retry: false,
  });

type LoadShiftQuery =
  paths['/api/v1/electricity_contracts/{id}/load_shift']['get']['parameters']['query'];

export const loadShiftQuery = (id: string, query: LoadShiftQuery) =>
  queryOptions({
    queryKey: ['load_shift', id, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/electricity_contracts/{id}/load_shift', {
          params: { path: { id }, query },
        }),
      ),
    staleTime: STALE_MS,
    retry: false,
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

/** Servers announce and change what they ask for at any time. */
const ASKED_EVERY_MS = 15_000;

export const drProposalsQuery = (id: string) =>
  queryOptions({
    queryKey: ['dr_proposals', id],
    queryFn: (): Promise<DrProposal[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/dr_proposals', {
            params: { path: { id }, query: { after, limit: LIMIT } },
          }),
        ),
      ),
    refetchInterval: ASKED_EVERY_MS,
  });

export const vtnConnectionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['vtn_connections', id],
    queryFn: (): Promise<VtnConnection[]> =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/electricity_contracts/{id}/vtn_connections', {
            params: { path: { id }, query: { after, limit: LIMIT } },
          }),
        ),
      ),
    refetchInterval: ASKED_EVERY_MS,
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

export const dispatchRunQuery = (
  id: string,
  query: { month?: string | undefined; capacity_kwh: number; power_kw: number },
) =>
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

interface SiteReportSpan {
  establishment?: string;
  month?: string;
  year?: number;
}

export const siteReportQuery = (id: string, query: SiteReportSpan) =>
  queryOptions({
    queryKey: ['site_report', id, query],
    queryFn: () =>
      ok(api.GET('/api/v1/complexes/{id}/site_report', { params: { path: { id }, query } })),
    staleTime: STALE_MS,
  });

export const siteReportFile = (id: string, query: SiteReportSpan) =>
  ok(
    api.GET('/api/v1/complexes/{id}/site_report.xlsx', {
      params: { path: { id }, query },
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
