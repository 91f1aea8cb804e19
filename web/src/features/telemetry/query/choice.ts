// What a reader asks for on the page of questions: kept in the address, saved under a name, sent to the server.
import { list, oneOf, some, text } from '../../../ui/search';
import { DAY_MS, type Range, type Span } from '../chart/range';

export const BUCKETS = ['15m', '1h', '1d'] as const;
export const AGGREGATES = ['avg', 'sum', 'min', 'max', 'count', 'first', 'last'] as const;
export const FILLS = ['none', 'null', 'previous', 'linear'] as const;
export const GROUPS = ['point', 'establishment', 'complex', 'quantity'] as const;

export type Aggregate = (typeof AGGREGATES)[number];
export type Fill = (typeof FILLS)[number];
export type Group = (typeof GROUPS)[number];

export interface Choice {
  points?: string;
  establishment?: string;
  quantity?: string;
  from?: string;
  to?: string;
  span?: Span;
  bucket?: (typeof BUCKETS)[number];
  aggregate?: Aggregate;
  fill?: Fill;
  group?: Group;
}

/** How long a bucket is. */
export const BUCKET_MS = { '15m': 900_000, '1h': 3_600_000, '1d': DAY_MS } as const;

type Raw = Record<string, unknown>;

/** What of an address or of a saved question makes sense. */
export const readChoice = (raw: Raw): Partial<Choice> =>
  some({
    points: text(raw.points),
    establishment: text(raw.establishment),
    quantity: text(raw.quantity),
    from: text(raw.from),
    to: text(raw.to),
    span: oneOf('6h', '1d', '7d', '30d', '1y')(raw.span),
    bucket: oneOf(...BUCKETS)(raw.bucket),
    aggregate: oneOf(...AGGREGATES)(raw.aggregate),
    fill: oneOf(...FILLS)(raw.fill),
    group: oneOf(...GROUPS)(raw.group),
  });

/** A choice with every place named, so that what is not chosen any more leaves the address. */
export const wholeChoice = (
  choice: Choice,
): { [K in keyof Required<Choice>]: Choice[K] | undefined } => ({
  points: choice.points,
  establishment: choice.establishment,
  quantity: choice.quantity,
  from: choice.from,
  to: choice.to,
  span: choice.span,
  bucket: choice.bucket,
  aggregate: choice.aggregate,
  fill: choice.fill,
  group: choice.group,
});

/** Whether enough is chosen to ask. */
export const isAsked = (choice: Choice): boolean =>
  list(choice.points).length > 0 ||
  choice.establishment !== undefined ||
  choice.quantity !== undefined;

/** The bucket that is chosen, else one that keeps a line readable. */
export function bucketOf(choice: Choice, range: Range): (typeof BUCKETS)[number] {
  if (choice.bucket) return choice.bucket;
  const days = (range.to - range.from) / DAY_MS;
  if (days <= 2) return '15m';
  return days <= 60 ? '1h' : '1d';
}

/** The question as the server reads it. */
export function queryOf(choice: Choice, range: Range, complex: string | undefined) {
  return {
    points: choice.points,
    establishment: choice.establishment,
    quantity: choice.quantity,
    complex: choice.points ? undefined : complex,
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    bucket: bucketOf(choice, range),
    aggregate: choice.aggregate,
    fill: choice.fill,
    group: choice.group,
  };
}

/** The address of the same answer as a file that Excel reads. */
export function fileAddress(query: ReturnType<typeof queryOf>): string {
  const params = new URLSearchParams({ format: 'csv', bom: 'true' });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  return `/api/v1/readings?${params}`;
}
