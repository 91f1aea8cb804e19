import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, setCsrf } from './client';
import { keyset } from './paging';
import { ProblemError } from './problem';
import type { Session } from './types';

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => ok(api.GET('/api/v1/system')),
  staleTime: 300_000,
});

/** What is wrong with the platform itself; only administrators of the system may ask. */
export const systemHealthQuery = queryOptions({
  queryKey: ['system', 'health'],
  queryFn: () => ok(api.GET('/api/v1/system/health')),
  refetchInterval: 15_000,
});

/** The session, or null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await ok(api.GET('/api/v1/session'));
      setCsrf(session.csrf);
      return session;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 300_000,
});

export const accountsQuery = infiniteQueryOptions({
  queryKey: ['accounts'],
  queryFn: ({ pageParam }) =>
    ok(api.GET('/api/v1/accounts', { params: { query: { after: pageParam, limit: 200 } } })),
  ...keyset,
});

export const tokensQuery = infiniteQueryOptions({
  queryKey: ['tokens'],
  queryFn: ({ pageParam }) =>
    ok(api.GET('/api/v1/tokens', { params: { query: { after: pageParam, limit: 200 } } })),
  ...keyset,
});

export interface AuditFilter {
  chain?: string;
  action?: string;
  subject?: string;
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/audit_entries', {
          params: { query: { ...filter, after: pageParam, limit: 100 } },
        }),
      ),
    ...keyset,
  });

export const auditVerificationQuery = queryOptions({
  queryKey: ['audit', 'verification'],
  queryFn: () => ok(api.GET('/api/v1/audit_entries/verification')),
  enabled: false,
});
