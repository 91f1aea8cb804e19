import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, Reject } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

/** Rows that are drawn at first, and with each “more”. */
const SHOWN = 100;

interface RejectTableProps {
  rows: readonly Reject[];
  known: ReadonlyMap<string, Device>;
  search: string;
  onSearch: (text: string) => void;
}

/** Every refusal by device, point, reason and hour, with what its sender should do. */
export function RejectTable({ rows, known, search, onSearch }: RejectTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, setShown] = useState(SHOWN);
  const columns: Column<Reject>[] = [
    {
      id: 'at',
      header: t('reject.at'),
      value: (row) => row.last_at,
      render: (row) => format.dateTime(row.last_at, true),
    },
    {
      id: 'device',
      header: t('reject.device'),
      value: (row) => {
        const name = known.get(row.device)?.name;
        return name ? `${name} (${row.device})` : row.device;
      },
      render: (row) => {
        const device = known.get(row.device);
        if (!device) return row.device;
        return (
          <AnchorLink to="/registry/devices/$device" params={{ device: device.id }} size="sm">
            {device.name} ({row.device})
          </AnchorLink>
        );
      },
    },
    {
      id: 'fix',
      header: t('reject.fix'),
      value: (row) => t(`reject_fix.${row.code}`, { defaultValue: row.detail }),
      render: (row) => (
        <Stack gap={2} miw={220} maw={420}>
          <Text size="sm">{t(`reject_fix.${row.code}`, { defaultValue: row.detail })}</Text>
          {row.code === 'unknown_device' && (
            <AnchorLink to="/registry/quarantine" size="sm">
              {t('reject.to_register')}
            </AnchorLink>
          )}
          {row.code === 'not_mapped' && known.get(row.device)?.profile_id && (
            <AnchorLink
              to="/registry/profiles/$profile"
              params={{ profile: known.get(row.device)?.profile_id ?? '' }}
              size="sm"
            >
              {t('reject.to_profile')}
            </AnchorLink>
          )}
        </Stack>
      ),
    },
    { id: 'point', header: t('reject.point'), value: (row) => row.point },
    {
      id: 'code',
      header: t('reject.why'),
      value: (row) => t(`reject_code.${row.code}`, { defaultValue: row.code }),
    },
    {
      id: 'detail',
      header: t('reject.detail'),
      value: (row) => row.detail,
      hidden: true,
      render: (row) => (
        <Text size="sm" c="dimmed" maw={420}>
          {row.detail}
        </Text>
      ),
    },
    {
      id: 'sample',
      header: t('reject.sample'),
      value: (row) => row.sample,
      render: (row) => (
        <Text size="xs" ff="monospace" lineClamp={2} maw={260} title={row.sample ?? undefined}>
          {row.sample}
        </Text>
      ),
    },
    {
      id: 'count',
      header: t('reject.count'),
      align: 'right',
      value: (row) => row.count,
      render: (row) => format.number(row.count),
    },
  ];
  const text = search.toLocaleLowerCase();
  const found = text
    ? rows.filter((row) =>
        columns.some(({ value }) =>
          String(value(row) ?? '')
            .toLocaleLowerCase()
            .includes(text),
        ),
      )
    : rows;
  return (
    <DataTable
      name="rejects"
      label={t('reject.title')}
      rows={found.slice(0, shown)}
      columns={columns}
      rowKey={(row) => row.id}
      search={search}
      onSearch={onSearch}
      empty={<Empty title={t('reject.none')}>{t('reject.none_next')}</Empty>}
      more={{
        has: found.length > shown,
        busy: false,
        load: () => setShown((old) => old + SHOWN),
      }}
    />
  );
}
