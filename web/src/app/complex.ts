import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { sessionQuery } from '../api/platform';
import { complexesQuery } from '../api/registry';
import type { Complex, Session } from '../api/types';

/** The complex of the first grant that is bound to one: where such a reader starts. */
export function homeComplex(session: Session | null | undefined): string | undefined {
  const scopes = session?.grants.map((grant) => grant.scope) ?? [];
  if (scopes.includes('system')) return undefined;
  for (const scope of scopes) {
    const complex = /^complex:(.+)$/.exec(scope)?.[1] ?? /^establishment:.+@(.+)$/.exec(scope)?.[1];
    if (complex) return complex;
  }
  return undefined;
}

/** The complex that the address names, else the reader's own; undefined means all. */
export function useComplex(): { id: string | undefined; all: Complex[]; current?: Complex } {
  const { complex } = useSearch({ strict: false });
  const { data: session } = useQuery(sessionQuery);
  const { data: all = [] } = useQuery(complexesQuery);
  const id = complex ?? homeComplex(session) ?? (all.length === 1 ? all[0]?.id : undefined);
  return { id, all, current: all.find((each) => each.id === id) };
}
