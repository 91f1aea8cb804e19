import {
  Alert,
  Group,
  Paper,
  Switch,
  Table,
  Text,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meter, MeterFlow } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { type FlowRole, flowOption, flowRows } from './flow';

interface FlowChartProps {
  flow: MeterFlow;
  meters: readonly Meter[];
  asTable: boolean;
  onTable: (asTable: boolean) => void;
}

const ROW_PX = 30;
/** Roles that are called the same at every meter. */
const OF_MANY: readonly FlowRole[] = ['rest', 'excess', 'unshown'];
const HEIGHT_MIN_PX = 260;
/** Narrower than this the names of both sides would cover each other: it scrolls. */
const WIDTH_MIN_PX = 640;

/** Where a meter's energy comes from and goes to; the same as a table for who wants numbers. */
export function FlowChart({ flow, meters, asTable, onTable }: FlowChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const names = useMemo(() => new Map(meters.map((each) => [each.id, each.terms.name])), [meters]);
  const name = useMemo(() => {
    const { nodes } = flow;
    return (role: FlowRole, meter: string) => {
      const words = t(`meter_flow.${role}`, { name: names.get(meter) ?? t('meter.unseen') });
      // With several of them, each says whose it is.
      const several =
        OF_MANY.includes(role) && nodes.filter((node) => node.role === role).length > 1;
      return several ? `${words} (${names.get(meter) ?? ''})` : words;
    };
  }, [flow, names, t]);
  const option = useMemo(
    () => flowOption(flow, scheme, name, (kwh) => `${format.number(kwh)} kWh`),
    [flow, scheme, name, format],
  );
  const rows = flowRows(flow, name);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('meter.flow')}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('meter.flow')}
        </Title>
        <Switch
          label={t('bill.as_table')}
          checked={asTable}
          onChange={(event) => onTable(event.currentTarget.checked)}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t('meter.flow_help')}
      </Text>
      {flow.hidden_meters > 0 && (
        <Alert color="gray" variant="outline" mb="xs">
          {t('meter.flow_hidden', { count: flow.hidden_meters })}
        </Alert>
      )}
      {flow.missing_slots > 0 && (
        <Text size="sm" mb="xs">
          {t('meter.flow_missing', {
            missing: format.number(flow.missing_slots),
            all: format.number(flow.slots),
          })}
        </Text>
      )}
      {rows.length === 0 ? (
        <Text c="dimmed">{t('meter.flow_none')}</Text>
      ) : asTable ? (
        <Table aria-label={t('meter.flow')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('meter.flow_from')}</Table.Th>
              <Table.Th>{t('meter.flow_to')}</Table.Th>
              <Table.Th ta="right">kWh</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={`${row.from} ${row.to}`}>
                <Table.Td>{row.from}</Table.Td>
                <Table.Td>{row.to}</Table.Td>
                <Table.Td ta="right">{format.number(row.kwh, 1)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it.
        <section style={{ overflowX: 'auto' }} tabIndex={0} aria-label={t('meter.flow_drawn')}>
          <div style={{ minWidth: WIDTH_MIN_PX }}>
            <EChart
              option={option}
              height={Math.max(HEIGHT_MIN_PX, flow.nodes.length * ROW_PX)}
              label={t('meter.flow_words', {
                count: rows.length,
                from: rows[0]?.from,
                to: rows[0]?.to,
                kwh: format.number(rows[0]?.kwh),
              })}
            />
          </div>
        </section>
      )}
    </Paper>
  );
}
