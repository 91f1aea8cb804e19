// What the grants of the signed-in person can never do is not offered. The same table as the server's, which
// stays the judge: see crates/base/src/permission.rs.
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/platform';
import type { Role, Session } from '../api/types';

const READERS: readonly Role[] = [
  'operator',
  'environment',
  'energy_manager',
  'energy_office',
  'engineer',
  'programme_manager',
  'administrator',
];

const ROLES_OF = {
  read_registry: [...READERS, 'auditor'],
  write_registry: ['engineer', 'administrator'],
  read_values: READERS,
  read_tenant_values: ['energy_manager', 'administrator'],
  write_readings: ['ingest', 'engineer', 'administrator'],
  import_readings: ['energy_manager', 'energy_office', 'engineer', 'administrator'],
  correct_readings: ['environment', 'energy_manager', 'engineer', 'administrator'],
  manage_energy: ['energy_manager', 'energy_office', 'administrator'],
  read_alarms: [...READERS, 'auditor'],
  operate: ['operator', 'environment', 'administrator'],
  write_rules: ['environment', 'engineer', 'administrator'],
  read_audit: ['auditor', 'administrator'],
  administer: ['administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ROLES_OF;
export type Grant = Pick<Session['grants'][number], 'role' | 'scope'>;

function roleAllows({ role, scope }: Grant, action: Action): boolean {
  if (action === 'read_tenant_values' && !scope.startsWith('establishment:')) return false;
  const roles: readonly Role[] = ROLES_OF[action];
  return roles.includes(role);
}

/** The complex that a scope lies in, if one. */
const complexOf = (scope: string) =>
  /^complex:(.+)$/.exec(scope)?.[1] ?? /^establishment:.+@(.+)$/.exec(scope)?.[1];

function covers(own: string, thing: string): boolean {
  if (own === 'system' || own === thing) return true;
  return own.startsWith('complex:') && complexOf(thing) === complexOf(own);
}

/** Whether any grant allows the action on a thing of this scope. */
export const allows = (grants: readonly Grant[], action: Action, scope: string) =>
  grants.some((grant) => covers(grant.scope, scope) && roleAllows(grant, action));

/** Whether any grant allows the action on anything of the complex; without one, on anything at all. */
export const allowsSomewhere = (
  grants: readonly Grant[],
  action: Action,
  complex: string | undefined,
) =>
  grants.some(
    (grant) =>
      roleAllows(grant, action) &&
      (complex === undefined || grant.scope === 'system' || complexOf(grant.scope) === complex),
  );

/** Whose a thing is: its establishment's, else its complex's. */
export const scopeOf = (thing: { complex_id: string; establishment_id?: string | null }) =>
  thing.establishment_id
    ? `establishment:${thing.establishment_id}@${thing.complex_id}`
    : `complex:${thing.complex_id}`;

/** What the signed-in person may do; nothing is withheld before the grants are known. */
export function useMay() {
  const { data: session } = useQuery(sessionQuery);
  const grants = session?.grants;
  return {
    on: (action: Action, scope: string) => !grants || allows(grants, action, scope),
    somewhere: (action: Action, complex?: string) =>
      !grants || allowsSomewhere(grants, action, complex),
  };
}
