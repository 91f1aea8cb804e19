import { expect, it } from 'vitest';
import { bucketOf, fileAddress, isAsked, queryOf, readChoice } from './choice';

const DAY = 86_400_000;
const days = (n: number) => ({ from: 0, to: n * DAY });

it('keeps of an address what makes sense', () => {
  expect(readChoice({ points: 'a,b', bucket: '7m', fill: 'linear', other: 1 })).toEqual({
    points: 'a,b',
    fill: 'linear',
  });
});

it('asks only when points, a tenant or a quantity are chosen', () => {
  expect(isAsked({ span: '1d' })).toBe(false);
  expect(isAsked({ points: 'a' })).toBe(true);
  expect(isAsked({ quantity: 'pm25' })).toBe(true);
});

it('takes a bucket that keeps a line readable', () => {
  expect([1, 7, 30, 365].map((n) => bucketOf({}, days(n)))).toEqual(['15m', '1h', '1h', '1d']);
  expect(bucketOf({ bucket: '1d' }, days(1))).toBe('1d');
});

it('asks the complex for points that are not named', () => {
  expect(queryOf({ quantity: 'pm25' }, days(1), 'c').complex).toBe('c');
  expect(queryOf({ points: 'a' }, days(1), 'c').complex).toBeUndefined();
});

it('names the same answer as a file', () => {
  const address = fileAddress(queryOf({ quantity: 'pm25', fill: 'null' }, days(1), undefined));
  expect(address).toContain('/api/v1/readings?format=csv&bom=true&quantity=pm25');
  expect(address).toContain('fill=null');
  expect(address).not.toContain('undefined');
});
