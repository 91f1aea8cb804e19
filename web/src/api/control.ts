import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import { everyPage, keyset } from './paging';
import type { Grade } from './types';

export interface AlarmFilter {
  complex?: string;
  state?: 'open' | 'all';
  grade?: Grade;
}

/** All open alarms of a complex: what the queue and the map show. */
export const openAlarmsQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['alarms', 'open', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(
          api.GET('/api/v1/alarms', {
            params: { query: { complex, state: 'open', after, limit: 500 } },
          }),
        ),
      ),
  });

export const alarmListQuery = (filter: AlarmFilter) =>
  infiniteQueryOptions({
    queryKey: ['alarms', 'list', filter],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/alarms', {
          params: { query: { ...filter, after: pageParam, limit: 100 } },
        }),
      ),
    ...keyset,
  });

export const alarmSummaryQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['alarms', 'summary', complex],
    queryFn: () => ok(api.GET('/api/v1/alarms/summary', { params: { query: { complex } } })),
  });

export const alarmQuery = (id: string) =>
  queryOptions({
    queryKey: ['alarms', 'one', id],
    queryFn: () => ok(api.GET('/api/v1/alarms/{id}', { params: { path: { id } } })),
  });

export const transitionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['alarms', 'transitions', id],
    queryFn: async () =>
      (await ok(api.GET('/api/v1/alarms/{id}/transitions', { params: { path: { id } } }))).items,
  });

export const rulesQuery = (complex: string | undefined) =>
  queryOptions({
    queryKey: ['alarm_rules', complex],
    queryFn: () =>
      everyPage((after) =>
        ok(api.GET('/api/v1/alarm_rules', { params: { query: { complex, after, limit: 500 } } })),
      ),
  });

/** The rules that a complex may begin with. */
export const ruleDefaultsQuery = (complex: string) =>
  queryOptions({
    queryKey: ['alarm_rules', 'defaults', complex],
    queryFn: async () =>
      (await ok(api.GET('/api/v1/alarm_rule_defaults', { params: { query: { complex } } }))).items,
  });

/** Commands to devices, the newest first. */
export const commandsQuery = (complex: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['commands', complex],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/commands', {
          params: { query: { complex, after: pageParam, limit: 100 } },
        }),
      ),
    ...keyset,
  });
