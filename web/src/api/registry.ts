import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage, keyset } from './paging';

const LIMIT = 1000;
const STALE_MS = 60_000;

export const complexesQuery = queryOptions({
  queryKey: ['complexes'],
  queryFn: () =>
    everyPage((after) =>
      ok(api.GET('/api/v1/complexes', { params: { query: { after, limit: LIMIT } } })),
    ),
  staleTime: STALE_MS,
});

export const parcelsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['parcels', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/parcels', { params: { query: { complex, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const buildingsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['buildings', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/buildings', { params: { query: { complex, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const unitsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['units', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/units', { params: { query: { complex, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const companiesQuery = queryOptions({
  queryKey: ['companies'],
  queryFn: () =>
    everyPage((after) =>
      ok(api.GET('/api/v1/companies', { params: { query: { after, limit: LIMIT } } })),
    ),
  staleTime: STALE_MS,
});

export const establishmentsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['establishments', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/establishments', {
            params: { query: { complex, after, limit: LIMIT } },
          }),
        ),
      ),
    staleTime: STALE_MS,
  });

export const organisationsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['organisations', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/organisations', { params: { query: { complex, after, limit: LIMIT } } }),
        ),
      ),
    staleTime: STALE_MS,
  });

export const peopleQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['people', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/people', { params: { query: { complex, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const profilesQuery = queryOptions({
  queryKey: ['device_profiles'],
  queryFn: () =>
    everyPage((after) =>
      ok(api.GET('/api/v1/device_profiles', { params: { query: { after, limit: LIMIT } } })),
    ),
  staleTime: STALE_MS,
});

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ['device_profiles', 'one', id],
    queryFn: () => ok(api.GET('/api/v1/device_profiles/{id}', { params: { path: { id } } })),
  });

export const devicesQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['devices', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/devices', { params: { query: { complex, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', 'one', id],
    queryFn: () => ok(api.GET('/api/v1/devices/{id}', { params: { path: { id } } })),
  });

export const pointsQuery = (filter: { complex?: string; device?: string }) =>
  queryOptions({
    queryKey: ['points', filter],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/points', { params: { query: { ...filter, after, limit: LIMIT } } })),
      ),
    staleTime: STALE_MS,
  });

export const reviewItemsQuery = (complex: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['review_items', complex],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/review_items', {
          params: { query: { state: 'open', complex, after: pageParam, limit: 50 } },
        }),
      ),
    ...keyset,
  });

export const deviceHealthQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['device_health', complex],
    queryFn: () => ok(api.GET('/api/v1/device_health', { params: { query: { complex } } })),
    refetchInterval: STALE_MS,
  });

export const quarantinedDevicesQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['quarantined_devices', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/quarantined_devices', {
            params: { query: { complex, after, limit: LIMIT } },
          }),
        ),
      ),
    refetchInterval: STALE_MS,
  });

export const certificatesQuery = (id: string) =>
  queryOptions({
    queryKey: ['certificates', id],
    queryFn: () => ok(api.GET('/api/v1/devices/{id}/certificates', { params: { path: { id } } })),
  });

export const calibrationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['calibrations', id],
    queryFn: () => ok(api.GET('/api/v1/devices/{id}/calibrations', { params: { path: { id } } })),
  });

export const replacementsQuery = (id: string) =>
  queryOptions({
    queryKey: ['replacements', id],
    queryFn: () => ok(api.GET('/api/v1/devices/{id}/replacements', { params: { path: { id } } })),
  });
