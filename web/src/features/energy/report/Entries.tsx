import { ActionIcon, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconEdit, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { productionEntriesQuery, removeProductionEntry } from '../../../api/energy';
import { pointsQuery } from '../../../api/registry';
import type { ElectricityContract, ProductionEntry } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import type { Months } from '../time';
import { EntryForm } from './EntryForm';

interface EntriesProps {
  contract: ElectricityContract;
  months: Required<Months>;
  present: string;
}

function useColumns(
  complex: string,
  edit: ((row: ProductionEntry, remove: boolean) => void) | undefined,
) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const meter = (id: string | null | undefined) =>
    points.find((point) => point.id === id)?.name ?? t('report_basis.meter');
  const columns: Column<ProductionEntry>[] = [
    { id: 'month', header: t('bill.month'), value: ({ made }) => made.month },
    { id: 'product', header: t('report.product'), value: ({ made }) => made.product },
    { id: 'code', header: t('report.code'), value: ({ made }) => made.code },
    {
      id: 'tonnes',
      header: t('report.tonnes'),
      align: 'right',
      value: ({ made }) => made.tonnes,
      render: ({ made }) => format.number(made.tonnes, 3),
    },
    {
      id: 'allocation',
      header: t('report.allocation'),
      value: ({ made }) =>
        made.point_id
          ? meter(made.point_id)
          : made.share_percent != null
            ? `${made.share_percent} %`
            : t('report_basis.mass'),
    },
  ];
  if (!edit) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row: ProductionEntry) => (
        <Group gap={4} wrap="nowrap">
          {[
            { word: t('ui.edit'), Icon: IconEdit, remove: false },
            { word: t('report.remove'), Icon: IconTrash, remove: true },
          ].map(({ word, Icon, remove }) => (
            <Tooltip label={word} key={word}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${row.made.month} ${row.made.product}: ${word}`}
                onClick={() => edit(row, remove)}
              >
                <Icon size={18} />
              </ActionIcon>
            </Tooltip>
          ))}
        </Group>
      ),
    },
  ];
}

/** What was made, as it was typed: kept for reports, and for savings later. */
export function Entries({ contract, months, present }: EntriesProps) {
  const { t } = useTranslation();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const entries = useQuery(productionEntriesQuery(contract.id, months));
  const [open, setOpen] = useState<ProductionEntry | 'new'>();
  const [gone, setGone] = useState<ProductionEntry>();
  const columns = useColumns(
    contract.complex_id,
    may ? (row, remove) => (remove ? setGone(row) : setOpen(row)) : undefined,
  );
  const refresh = [['production_entries'], ['product_report'], ['annual_report']];
  const remove = useChange({
    run: removeProductionEntry,
    refresh,
    done: t('report.removed'),
    onDone: () => setGone(undefined),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('report.entries')}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {t('report.entries')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('report.entries_help')}
            </Text>
          </div>
          <MayButton
            may={may}
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setOpen('new')}
          >
            {t('report.add_entry')}
          </MayButton>
        </Group>
        <Answer of={entries}>
          {(rows) => (
            <DataTable
              name="production_entries"
              label={t('report.entries')}
              rows={[...rows].sort((a, b) => b.made.month.localeCompare(a.made.month))}
              columns={columns}
              rowKey={(row) => row.id}
              empty={<Empty title={t('report.no_entries')}>{t('report.no_entries_next')}</Empty>}
            />
          )}
        </Answer>
      </Stack>
      {open && (
        <EntryForm
          contract={contract}
          entry={open === 'new' ? undefined : open}
          last={present}
          onClose={() => setOpen(undefined)}
        />
      )}
      <Confirm
        opened={gone !== undefined}
        title={t('report.remove_title')}
        action={t('report.remove')}
        danger
        busy={remove.isPending}
        onClose={() => setGone(undefined)}
        onConfirm={() => gone && remove.mutate(gone.id)}
      >
        {t('report.remove_words', { month: gone?.made.month, product: gone?.made.product })}
      </Confirm>
    </Paper>
  );
}
