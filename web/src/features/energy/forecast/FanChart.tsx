import {
  Group,
  Paper,
  ScrollArea,
  Switch,
  Table,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forecast } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { fanOption, fanRows } from './fan';

interface FanChartProps {
  forecast: Forecast;
  asTable: boolean;
  onAsTable: (asTable: boolean) => void;
}

/** The day as a fan, and the same as a table for who wants numbers. */
export function FanChart({ forecast, asTable, onAsTable }: FanChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const day = format.day(civil(`${forecast.day}T00:00:00`));
  const option = useMemo(
    () =>
      fanOption(forecast, scheme, {
        band: t('forecast.band'),
        middle: t('forecast.middle'),
        actual: t('forecast.actual'),
        demand: t('bill.demand'),
        quiet: t('forecast.quiet_hours'),
        kw: (kw) => `${format.number(kw, 1)} kW`,
        range: (low, high) => `${format.number(low, 1)}–${format.number(high, 1)} kW`,
      }),
    [forecast, scheme, t, format],
  );
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('forecast.chart')}>
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h4">
          {t('forecast.of_day', { day })}
        </Title>
        <Switch
          label={t('bill.as_table')}
          checked={asTable}
          onChange={(event) => onAsTable(event.currentTarget.checked)}
        />
      </Group>
      {asTable ? (
        <ScrollArea h={360} viewportProps={{ tabIndex: 0 }}>
          <Table aria-label={t('forecast.chart')} verticalSpacing={3} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('forecast.time')}</Table.Th>
                <Table.Th ta="right">P10 (kW)</Table.Th>
                <Table.Th ta="right">P50 (kW)</Table.Th>
                <Table.Th ta="right">P90 (kW)</Table.Th>
                <Table.Th ta="right">{t('forecast.actual')} (kW)</Table.Th>
                <Table.Th>{t('forecast.counts')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {fanRows(forecast).map((row) => (
                <Table.Tr key={row.at}>
                  <Table.Td>{row.at}</Table.Td>
                  <Table.Td ta="right">{format.number(row.p10, 1)}</Table.Td>
                  <Table.Td ta="right">{format.number(row.p50, 1)}</Table.Td>
                  <Table.Td ta="right">{format.number(row.p90, 1)}</Table.Td>
                  <Table.Td ta="right">
                    <b>{format.number(row.actual, 1)}</b>
                  </Table.Td>
                  <Table.Td>
                    {row.counts ? t('forecast.counts_yes') : t('forecast.counts_no')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      ) : (
        <EChart option={option} height={360} label={t('forecast.drawn', { day })} />
      )}
    </Paper>
  );
}
