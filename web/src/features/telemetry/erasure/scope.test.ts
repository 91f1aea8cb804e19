import { expect, it } from 'vitest';
import { countSql, whatOf } from './scope';

const ID = '01a21601-8e2d-7d7c-8c06-41eb89da236d';

it('counts nothing but what the erasure takes in', () => {
  const scope = { points: [ID], from: undefined, until: '2026-11-26T00:00:00Z' };
  expect(countSql(scope)).toBe(
    'SELECT count(*) AS n, min(at) AS first, max(at) AS last FROM readings ' +
      `WHERE point_id IN ('${ID}') AND at < TIMESTAMP '2026-11-26T00:00:00.000Z'`,
  );
  expect(countSql({ ...scope, from: '2026-11-01T00:00:00Z' })).toMatch(
    / AND at >= TIMESTAMP '2026-11-01T00:00:00.000Z'$/,
  );
});

it('lets nothing into the question that is no identifier', () => {
  const scope = { points: [ID, "x') OR (1=1"], from: undefined, until: '2026-11-26T00:00:00Z' };
  expect(countSql(scope)).not.toContain('OR');
});

it('reads the record of a person and of a rule', () => {
  expect(whatOf({ point_ids: [ID], from: null, until: '2026-11-26T00:00:00Z' })).toEqual({
    points: [ID],
    from: undefined,
    until: '2026-11-26T00:00:00Z',
    profile: undefined,
    days: undefined,
  });
  const rule = whatOf({ profile: 'air-basic', days: 30, until_ms: 0 });
  expect([rule.profile, rule.days, rule.points]).toEqual(['air-basic', 30, []]);
});
