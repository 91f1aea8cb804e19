import { expect, test } from 'vitest';
import type { Meter } from '../../../api/types';
import { daysOf, treeRows } from './tree';

const meter = (id: string, parent?: string, more: Partial<Meter['terms']> = {}): Meter => ({
  id,
  complex_id: 'c',
  version: 1,
  updated_at: '2026-01-01T00:00:00Z',
  updated_by: { kind: 'system', id: 's', name: 's' },
  terms: { name: id, kind: 'sub', from: '2026-01-01', parent_id: parent ?? null, ...more },
});

test('parents come before what stands below them, and the depth is told', () => {
  const rows = treeRows(
    [meter('b', 'a'), meter('c', 'b'), meter('a'), meter('v', 'c', { kind: 'virtual' })],
    '2026-06-01',
  );
  expect(rows.map((row) => [row.meter.id, row.depth, row.hasBalance])).toEqual([
    ['a', 0, true],
    ['b', 1, true],
    ['c', 2, false],
    ['v', 3, false],
  ]);
});

test('a meter that is over is gone, and what stood below an unseen one is on top', () => {
  const rows = treeRows(
    [meter('a', undefined, { to: '2026-05-31' }), meter('b', 'a'), meter('c', 'hidden')],
    '2026-06-01',
  );
  expect(rows.map((row) => [row.meter.id, row.depth])).toEqual([
    ['b', 0],
    ['c', 0],
  ]);
});

test('a month has its days until yesterday', () => {
  expect(daysOf('2026-02', '2026-11-25')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(daysOf('2026-11', '2026-11-25')).toEqual({ from: '2026-11-01', to: '2026-11-25' });
  expect(daysOf('2026-12', '2026-11-30')).toBeUndefined();
});
