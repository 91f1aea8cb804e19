import type { Source, SourceConnection } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';
import { AIR, airkoreaOf, headOfOpenData, kmaOf, WEATHER } from './openData';

export const KINDS = [
  'modbus',
  'opcua',
  'airkorea',
  'kma',
] as const satisfies SourceConnection['kind'][];
export type Kind = (typeof KINDS)[number];
type Modbus = Extract<SourceConnection, { kind: 'modbus' }>;
type Opcua = Extract<SourceConnection, { kind: 'opcua' }>;

export const FUNCTIONS = ['holding', 'input', 'coil', 'discrete'] as const;
export const TYPES = ['u16', 'i16', 'u32', 'i32', 'f32', 'u64', 'i64', 'f64', 'bit'] as const;
export const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
/** The most lines of a source, as the server has it. */
export const LINES_MAX = {
  modbus: 500,
  opcua: 1_000,
  airkorea: AIR.length,
  kma: WEATHER.length,
} as const;

/** A source while it is being written: every figure is still a text. */
export interface Draft {
  name: string;
  device_id: string;
  enabled: boolean;
  kind: Kind;
  /** Where it is and how it is spoken to. */
  head: Values;
  /** What is asked, one line for each point. */
  lines: readonly Values[];
}

export const EMPTY: Draft = {
  name: '',
  device_id: '',
  enabled: true,
  kind: 'modbus',
  head: {},
  lines: [],
};

/** The columns of a line, in the order of a table that is pasted. */
export const COLUMNS = {
  modbus: [
    'point',
    'function',
    'register',
    'type',
    'order',
    'scale',
    'offset',
    'interval_s',
    'bit',
    'error_values',
  ],
  opcua: ['node', 'point', 'scale', 'offset', 'deadband'],
  airkorea: ['field', 'point'],
  kma: ['field', 'point'],
} as const;

/** The texts and figures of a connection; what lies deeper is left out. */
export const texts = (from: object): Values =>
  Object.fromEntries(
    Object.entries(from)
      .filter(([, value]) => value !== null && value !== undefined && typeof value !== 'object')
      .map(([key, value]) => [key, String(value)]),
  );

function linesOf(connection: SourceConnection): Values[] {
  switch (connection.kind) {
    case 'modbus':
      return connection.polls.map((poll) => ({
        ...texts(poll),
        error_values: (poll.error_values ?? []).join(' '),
      }));
    case 'opcua':
      return connection.nodes.map(texts);
    case 'airkorea':
    case 'kma':
      return Object.entries(connection.points).map(([field, point]) => ({ field, point }));
  }
}

export function draftOf({ connection, name, device_id, enabled }: Source): Draft {
  const head = { ...texts(connection), ...headOfOpenData(connection) };
  return { name, device_id, enabled, kind: connection.kind, head, lines: linesOf(connection) };
}

/** Where a connection leads, in short. */
export function whereOf(connection: SourceConnection): string {
  switch (connection.kind) {
    case 'modbus':
      return `${connection.host}:${connection.port ?? 502} · ${connection.unit ?? 1}`;
    case 'opcua':
      return connection.endpoint;
    case 'airkorea':
      return connection.station;
    case 'kma':
      return connection.place.product === 'grid'
        ? `nx ${connection.place.nx}, ny ${connection.place.ny}`
        : `ASOS ${connection.place.station}`;
  }
}

/** How many lines a connection has. */
export const countOf = (connection: SourceConnection) => linesOf(connection).length;

const figure = (text: string | undefined) =>
  text === undefined || text.trim() === '' ? undefined : Number(text);
const word = (text: string | undefined) => text?.trim() || undefined;
const known = <T extends string>(words: readonly T[], text: string | undefined) =>
  words.find((each) => each.toLowerCase() === text?.trim().toLowerCase());

/** What is left out of a request takes the server's usual value. */
function pruned<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function modbusOf({ head, lines }: Draft): Modbus {
  return pruned({
    kind: 'modbus' as const,
    host: word(head.host) ?? '',
    port: figure(head.port),
    unit: figure(head.unit),
    timeout_ms: figure(head.timeout_ms),
    gap_max: figure(head.gap_max),
    polls: lines.map((line) => {
      const type = known(TYPES, line.type) ?? 'u16';
      const errors = (line.error_values ?? '').split(/[\s;]+/).filter(Boolean);
      return pruned({
        point: word(line.point) ?? '',
        function: known(FUNCTIONS, line.function) ?? 'holding',
        register: figure(line.register) ?? 0,
        type,
        order: known(ORDERS, line.order),
        scale: figure(line.scale),
        offset: figure(line.offset),
        interval_s: figure(line.interval_s),
        bit: type === 'bit' ? figure(line.bit) : undefined,
        error_values: errors.length > 0 ? errors.map(Number) : undefined,
      });
    }),
  });
}

function opcuaOf({ head, lines }: Draft): Opcua {
  return pruned({
    kind: 'opcua' as const,
    endpoint: word(head.endpoint) ?? '',
    username: word(head.username),
    password_env: word(head.password_env),
    publish_ms: figure(head.publish_ms),
    nodes: lines.map((line) =>
      pruned({
        node: word(line.node) ?? '',
        point: word(line.point) ?? '',
        scale: figure(line.scale),
        offset: figure(line.offset),
        deadband: figure(line.deadband),
      }),
    ),
  });
}

export function connectionOf(draft: Draft): SourceConnection {
  switch (draft.kind) {
    case 'modbus':
      return modbusOf(draft);
    case 'opcua':
      return opcuaOf(draft);
    case 'airkorea':
      return airkoreaOf(draft.head, draft.lines);
    case 'kma':
      return kmaOf(draft.head, draft.lines);
  }
}

/** What a connection cannot be without. */
export function requiredHead({ kind, head }: Pick<Draft, 'kind' | 'head'>): string[] {
  switch (kind) {
    case 'modbus':
      return ['host'];
    case 'opcua':
      return ['endpoint'];
    case 'airkorea':
      return ['station', 'key_env'];
    case 'kma':
      return head.product === 'station' ? ['station', 'key_env'] : ['nx', 'ny', 'key_env'];
  }
}

const ASKED = { modbus: 'register', opcua: 'node', airkorea: 'field', kma: 'field' } as const;

/** What keeps a draft from being saved, each a key of words. */
export function faultsOf(draft: Draft): string[] {
  const { name, device_id, kind, head, lines } = draft;
  const half = lines.some((line) => !word(line.point) || !word(line[ASKED[kind]]));
  const points = lines.map((line) => word(line.point)).filter(Boolean);
  return [
    !word(name) && 'source.fault_name',
    !device_id && 'source.fault_device',
    requiredHead(draft).some((field) => !word(head[field])) && 'source.fault_where',
    lines.length === 0 && 'source.fault_lines',
    half && 'source.fault_half',
    new Set(points).size < points.length && 'source.fault_twice',
  ].filter((fault) => fault !== false);
}

/** The number that a manual prints, such as 40001: which table, and the address from 0. */
export function registerOf(printed: string) {
  const found = /^([0134])(\d{4,5})$/.exec(printed.trim());
  const number = Number(found?.[2] ?? 0);
  if (!found || number < 1) return undefined;
  const tables = { '0': 'coil', '1': 'discrete', '3': 'input', '4': 'holding' } as const;
  return { function: tables[found[1] as keyof typeof tables], register: String(number - 1) };
}

/** The lines of a table that was copied from a spreadsheet or a CSV file; a header names its columns. */
export function pastedLines(text: string, kind: Kind): Values[] {
  const rows = text
    .split(/\r?\n/)
    .filter((row) => row.trim() !== '')
    .map((row) => row.split(row.includes('\t') ? '\t' : ',').map((cell) => cell.trim()));
  const usual: readonly string[] = COLUMNS[kind];
  const [first = []] = rows;
  const names = first.map((cell) => cell.toLowerCase());
  const headed = names.includes('point') && names.every((name) => usual.includes(name));
  const columns = headed ? names : usual;
  return rows.slice(headed ? 1 : 0).map((cells) => {
    const line: Values = Object.fromEntries(
      columns.map((column, index) => [column, cells[index] ?? ''] as const),
    );
    const printed =
      kind === 'modbus' && !line.function ? registerOf(line.register ?? '') : undefined;
    return { ...line, ...printed };
  });
}
