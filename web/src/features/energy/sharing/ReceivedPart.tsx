import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readShared } from '../../../api/energy';
import type { SharedReadings, SharingGrant } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Empty, ErrorState } from '../../../ui/states';
import { DayField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { daysBefore, latest, todayOf } from '../time';
import { useGrantColumns } from './GrantsPart';

/** Days back that are read: enough for whole months where those were granted. */
const backDays = (resolution: string) => (resolution === 'month' ? 365 : 30);

interface Row {
  key: string;
  point: string;
  start: string;
  value: number | null | undefined;
  unit: string;
  slots: number;
  missing: number;
}

const rowsOf = ({ series }: SharedReadings): Row[] =>
  series.flatMap(({ point_id, name, unit, items }) =>
    items.map(({ start, value, slots, missing_slots }) => ({
      key: `${point_id} ${start}`,
      point: name,
      start,
      value,
      unit: unit === 'kW.h' ? 'kWh' : unit === 'kvar.h' ? 'kvarh' : unit,
      slots,
      missing: missing_slots,
    })),
  );

function Values({ grant, read }: { grant: SharingGrant; read: SharedReadings }) {
  const { t } = useTranslation();
  const format = useFormat();
  // The newest first.
  const rows = rowsOf(read).sort((a, b) => b.start.localeCompare(a.start));
  const columns: Column<Row>[] = [
    { id: 'start', header: t('sharing.start'), value: (row) => row.start.replace('T', ' ') },
    { id: 'point', header: t('sharing.point'), value: (row) => row.point },
    {
      id: 'value',
      header: t('sharing.value'),
      align: 'right',
      value: (row) => row.value,
      render: (row) =>
        row.value === undefined || row.value === null
          ? t(row.missing === row.slots ? 'sharing.nothing_known' : 'sharing.not_told')
          : `${format.number(row.value, 1)} ${row.unit}`,
    },
    {
      id: 'missing',
      header: t('sharing.missing'),
      align: 'right',
      value: (row) => row.missing,
      render: (row) => format.number(row.missing),
    },
  ];
  return (
    <Paper withBorder p="md" component="section" aria-label={t('sharing.values_of')}>
      <Title order={2} size="h4">
        {grant.owner_name} · {read.from} ~ {read.to}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('sharing.values_help')}
      </Text>
      <DataTable
        name="shared_readings"
        label={t('sharing.values_of')}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.key}
        empty={<Empty title={t('sharing.no_values')} />}
      />
    </Paper>
  );
}

/** What others let the reader read. A read is written down for the owner, so it takes a press. */
export function ReceivedPart({ rows }: { rows: readonly SharingGrant[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const today = todayOf(useNow(60_000));
  const [last, setLast] = useState<string>();
  const to = last ?? today;
  const read = useMutation({
    // A grant that was revoked meanwhile is not told as an open one any more.
    onError: () => client.invalidateQueries({ queryKey: ['sharing_grants'] }),
    mutationFn: async (grant: SharingGrant) => {
      const first = grant.terms.values_from ?? grant.terms.from;
      return {
        grant,
        read: await readShared(
          grant.id,
          latest(first, daysBefore(to, backDays(grant.terms.resolution))),
          to,
        ),
      };
    },
  });
  const common = useGrantColumns();
  const columns: Column<SharingGrant>[] = [
    { id: 'owner', header: t('sharing.owner'), value: (row) => row.owner_name },
    ...common,
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('sharing.read_of', { name: row.owner_name })}
          onClick={() => read.mutate(row)}
        >
          {t('sharing.read')}
        </Button>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Text size="sm" maw={720}>
          {t('sharing.received_help')}
        </Text>
        <DayField
          label={t('sharing.read_until')}
          w={150}
          value={to}
          maxDate={today}
          onChange={(day) => setLast(typeof day === 'string' ? day.slice(0, 10) : undefined)}
        />
      </Group>
      <DataTable
        name="sharing_received"
        label={t('sharing.tab_received')}
        rows={rows.filter((row) => row.is_recipient)}
        columns={columns}
        rowKey={(row) => row.id}
        empty={<Empty title={t('sharing.no_received')}>{t('sharing.no_received_next')}</Empty>}
      />
      {read.error && <ErrorState error={read.error} />}
      {read.data && !read.error && <Values {...read.data} />}
    </Stack>
  );
}
