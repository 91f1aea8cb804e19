import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Menu,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import {
  IconArrowDown,
  IconArrowsSort,
  IconArrowUp,
  IconColumns,
  IconDownload,
  IconSearch,
} from '@tabler/icons-react';
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  type Header,
  type SortingState,
  useReactTable,
  type VisibilityState,
} from '@tanstack/react-table';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Cell, downloadCsv } from './csv';
import { recall, remember } from './remember';
import { useFormat } from './useFormat';

/** A column: its words, what it sorts, filters and exports by, and how it looks. */
export interface Column<T> {
  id: string;
  header: string;
  value: (row: T) => Cell;
  render?: (row: T) => ReactNode;
  align?: 'right';
  hidden?: boolean;
}

interface DataTableProps<T> {
  /** Remembers columns and order in this browser, and names the exported file. */
  name: string;
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  onRow?: (row: T) => void;
  selected?: string;
  empty: ReactNode;
  filters?: ReactNode;
  more?: { has: boolean; busy: boolean; load: () => void };
  /** Rows can be ticked; only those that `can` be. */
  choose?: {
    chosen: ReadonlySet<string>;
    can: (row: T) => boolean;
    onChange: (chosen: ReadonlySet<string>) => void;
  };
  search?: string;
  onSearch?: (text: string) => void;
}

/** The column of buttons: nothing to sort by, nothing to export. */
const ACTIONS = 'actions';
const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

function HeadCell<T>({ header, align }: { header: Header<T, unknown>; align?: 'right' }) {
  const sorted = header.column.getIsSorted();
  if (!header.column.getCanSort()) {
    return <Table.Th>{flexRender(header.column.columnDef.header, header.getContext())}</Table.Th>;
  }
  const Icon = sorted === 'asc' ? IconArrowUp : sorted === 'desc' ? IconArrowDown : IconArrowsSort;
  return (
    <Table.Th ta={align} aria-sort={sorted ? ARIA_SORT[sorted] : 'none'}>
      <UnstyledButton onClick={header.column.getToggleSortingHandler()} fz="sm" fw={600}>
        {flexRender(header.column.columnDef.header, header.getContext())}{' '}
        <Icon size={13} aria-hidden className={sorted ? 'inline-icon' : 'inline-icon faint'} />
      </UnstyledButton>
    </Table.Th>
  );
}

function shown<T>(columns: readonly Column<T>[], name: string): VisibilityState {
  const usual = Object.fromEntries(columns.map((column) => [column.id, !column.hidden]));
  return { ...usual, ...recall<VisibilityState>(`table.${name}.columns`, {}) };
}

/** A table that sorts, filters, chooses columns, remembers, and exports what it shows. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { name, label, rows, columns, rowKey, onRow, selected, empty, filters, more, choose } =
    props;
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState('');
  const text = props.search ?? typed;
  const setText = props.onSearch ?? setTyped;
  const [sorting, setSorting] = useState<SortingState>(() => recall(`table.${name}.sort`, []));
  const [visible, setVisible] = useState<VisibilityState>(() => shown(columns, name));
  const byId = new Map(columns.map((column) => [column.id, column]));

  const table = useReactTable<T>({
    data: rows as T[],
    columns: columns.map(
      (column): ColumnDef<T> => ({
        id: column.id,
        header: column.header,
        enableSorting: column.id !== ACTIONS,
        accessorFn: (row) => column.value(row) ?? '',
        cell: ({ row }) => column.render?.(row.original) ?? column.value(row.original) ?? '–',
      }),
    ),
    getRowId: rowKey,
    state: { sorting, columnVisibility: visible, globalFilter: text },
    globalFilterFn: 'includesString',
    onSortingChange: (update) => {
      const next = typeof update === 'function' ? update(sorting) : update;
      setSorting(next);
      remember(`table.${name}.sort`, next);
    },
    onColumnVisibilityChange: (update) => {
      const next = typeof update === 'function' ? update(visible) : update;
      setVisible(next);
      remember(`table.${name}.columns`, next);
    },
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const model = table.getRowModel().rows;

  const free = choose ? model.filter((row) => choose.can(row.original)) : [];
  const ticked = free.filter((row) => choose?.chosen.has(row.id)).length;
  const tick = (ids: readonly string[], on: boolean) => {
    const next = new Set(choose?.chosen);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    choose?.onChange(next);
  };

  const save = () => {
    const used = columns.filter((column) => visible[column.id] !== false && column.id !== ACTIONS);
    downloadCsv(name, [
      used.map((column) => column.header),
      ...model.map((row) => used.map((column) => column.value(row.original))),
    ]);
  };

  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs" align="flex-end">
        <Group gap="xs" align="center">
          <TextInput
            aria-label={t('ui.filter')}
            placeholder={t('ui.filter')}
            w={220}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {filters}
        </Group>
        <Group gap="xs">
          <Text size="sm" c="dimmed" aria-live="polite">
            {t('ui.rows', { count: model.length, shown: format.number(model.length) })}
            {more?.has && '+'}
          </Text>
          <Menu closeOnItemClick={false} position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size="lg" aria-label={t('ui.columns')}>
                <IconColumns size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {table.getAllLeafColumns().map((column) => (
                <Menu.Item
                  key={column.id}
                  role="menuitemcheckbox"
                  aria-checked={column.getIsVisible()}
                  onClick={() => column.toggleVisibility()}
                  leftSection={
                    <Checkbox
                      checked={column.getIsVisible()}
                      readOnly
                      tabIndex={-1}
                      aria-hidden
                      size="xs"
                    />
                  }
                >
                  {byId.get(column.id)?.header}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={save}
            disabled={model.length === 0}
          >
            {t('ui.csv')}
          </Button>
        </Group>
      </Group>
      <Paper withBorder className="table-box">
        {model.length === 0 ? (
          empty
        ) : (
          <Table.ScrollContainer minWidth={640}>
            <Table highlightOnHover={onRow !== undefined} verticalSpacing={6} aria-label={label}>
              <Table.Thead>
                {table.getHeaderGroups().map((group) => (
                  <Table.Tr key={group.id}>
                    {choose && (
                      <Table.Th w={36}>
                        <Checkbox
                          size="xs"
                          aria-label={t('ui.choose_all')}
                          disabled={free.length === 0}
                          checked={free.length > 0 && ticked === free.length}
                          indeterminate={ticked > 0 && ticked < free.length}
                          onChange={(event) =>
                            tick(
                              free.map((row) => row.id),
                              event.currentTarget.checked,
                            )
                          }
                        />
                      </Table.Th>
                    )}
                    {group.headers.map((header) => (
                      <HeadCell
                        key={header.id}
                        header={header}
                        align={byId.get(header.column.id)?.align}
                      />
                    ))}
                  </Table.Tr>
                ))}
              </Table.Thead>
              <Table.Tbody>
                {model.map((row) => (
                  <Table.Tr
                    key={row.id}
                    data-selected={row.id === selected || undefined}
                    className={onRow ? 'row-link' : undefined}
                    onClick={onRow && (() => onRow(row.original))}
                  >
                    {choose && (
                      <Table.Td>
                        <Checkbox
                          size="xs"
                          aria-label={t('ui.choose_row')}
                          disabled={!choose.can(row.original)}
                          checked={choose.chosen.has(row.id)}
                          onClick={(event) => event.stopPropagation()}
                          onChange={(event) => tick([row.id], event.currentTarget.checked)}
                        />
                      </Table.Td>
                    )}
                    {row.getVisibleCells().map((cell) => (
                      <Table.Td key={cell.id} ta={byId.get(cell.column.id)?.align}>
                        {flexRender(cell.column.columnDef.cell, cell.getContext())}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Paper>
      {more?.has && (
        <Button variant="default" onClick={more.load} loading={more.busy} mx="auto">
          {t('ui.more')}
        </Button>
      )}
    </Stack>
  );
}
