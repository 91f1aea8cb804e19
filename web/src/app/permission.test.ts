import { expect, it } from 'vitest';
import { ROLES } from '../api/types';
import { type Action, allows, allowsSomewhere, scopeOf } from './permission';

const complex = (id: string) => `complex:${id}`;
const site = scopeOf({ complex_id: 'c1', establishment_id: 'e1' });

it('lets an operator of one complex operate no other', () => {
  const grants = [{ role: 'operator' as const, scope: complex('c1') }];
  expect(allows(grants, 'operate', complex('c1'))).toBe(true);
  expect(allows(grants, 'operate', site)).toBe(true);
  expect(allows(grants, 'operate', complex('c2'))).toBe(false);
  expect(allows(grants, 'operate', 'system')).toBe(false);
  expect(allowsSomewhere(grants, 'operate', undefined)).toBe(true);
  expect(allowsSomewhere(grants, 'operate', 'c2')).toBe(false);
});

it('shows a tenant’s values to nobody but the tenant', () => {
  for (const role of ROLES) {
    for (const scope of ['system', complex('c1')]) {
      expect(allows([{ role, scope }], 'read_tenant_values', site)).toBe(false);
    }
  }
  const own = [{ role: 'energy_manager' as const, scope: site }];
  expect(allows(own, 'read_tenant_values', site)).toBe(true);
  expect(allows(own, 'read_tenant_values', 'establishment:e2@c1')).toBe(false);
  expect(allows(own, 'import_readings', complex('c1'))).toBe(false);
  expect(allowsSomewhere(own, 'import_readings', 'c1')).toBe(true);
});

const MAY: Record<(typeof ROLES)[number], Action[]> = {
  operator: ['operate'],
  environment: ['correct_readings', 'operate', 'write_rules'],
  energy_manager: ['import_readings', 'correct_readings', 'manage_energy'],
  energy_office: ['import_readings', 'manage_energy'],
  engineer: [
    'write_registry',
    'write_readings',
    'import_readings',
    'correct_readings',
    'write_rules',
  ],
  programme_manager: [],
  auditor: ['read_audit'],
  administrator: [
    'write_registry',
    'write_readings',
    'import_readings',
    'correct_readings',
    'manage_energy',
    'operate',
    'write_rules',
    'read_audit',
    'administer',
  ],
  ingest: ['write_readings'],
};

it.each(ROLES)('offers to %s what the server allows, and no more', (role) => {
  const asked: Action[] = [
    'write_registry',
    'write_readings',
    'import_readings',
    'correct_readings',
    'manage_energy',
    'operate',
    'write_rules',
    'read_audit',
    'administer',
  ];
  const allowed = asked.filter((action) => allows([{ role, scope: 'system' }], action, 'system'));
  expect(allowed).toEqual(MAY[role]);
});

it('lets no grant do nothing', () => {
  expect(allows([], 'read_registry', 'system')).toBe(false);
  expect(allowsSomewhere([], 'read_registry', undefined)).toBe(false);
});
