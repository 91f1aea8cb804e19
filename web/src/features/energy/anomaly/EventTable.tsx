import { Group, Paper, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Anomaly } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { excessOf, keyOf } from './event';

interface EventTableProps {
  items: readonly Anomaly[];
  chosen: string | undefined;
  onChoose: (key: string) => void;
}

/** Everything that was seen: what, when, how much, what it cost, and what somebody said of it. */
export function EventTable({ items, chosen, onChoose }: EventTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const signed = (value: number, decimals = 0) =>
    `${value > 0 ? '+' : ''}${format.number(value, decimals)}`;
  const money = (won: number | null | undefined) =>
    won == null
      ? t('anomaly.not_computed')
      : `${won > 0 ? '+' : won < 0 ? '−' : ''}${t('bill.won_of', { won: format.number(Math.abs(won)) })}`;
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={640}>
        <Table aria-label={t('anomaly.events')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('anomaly.kind')}</Table.Th>
              <Table.Th>{t('anomaly.when')}</Table.Th>
              <Table.Th ta="right">{t('anomaly.excess')} (kWh)</Table.Th>
              <Table.Th ta="right">{t('anomaly.cost')}</Table.Th>
              <Table.Th>{t('anomaly.verdict')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => {
              const key = keyOf(item);
              return (
                <Table.Tr key={key} data-selected={key === chosen || undefined}>
                  <Table.Td>
                    <button
                      type="button"
                      className="text-button text-link"
                      aria-pressed={key === chosen}
                      onClick={() => onChoose(key)}
                    >
                      {t(`anomaly_kind.${item.kind}`, { defaultValue: item.kind })}
                    </button>
                  </Table.Td>
                  <Table.Td>
                    {format.dateTime(civil(item.from))}
                    <Text size="xs" c="dimmed">
                      {t('anomaly.until', { at: format.dateTime(civil(item.until)) })}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right">{signed(excessOf(item), 1)}</Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    <b>{money(item.cost_won)}</b>
                  </Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      <Pill
                        tone={
                          item.verdict
                            ? item.verdict.verdict === 'yes'
                              ? 'warning'
                              : 'quiet'
                            : 'caution'
                        }
                      >
                        {t(`anomaly_verdict.${item.verdict?.verdict ?? 'none'}`)}
                      </Pill>
                      {!item.detected && <Pill>{t('anomaly.told_no_more')}</Pill>}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
