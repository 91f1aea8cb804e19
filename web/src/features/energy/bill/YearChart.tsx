import { Group, Paper, Switch, Table, Text, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bills } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { partsOf, partsUsed } from './lines';
import { billOption } from './option';

interface YearChartProps {
  bills: Bills;
  month: string | undefined;
  onMonth: (month: string) => void;
}

/** The months side by side, their parts stacked; the same as a table for who wants numbers. */
export function YearChart({ bills, month, onMonth }: YearChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const [asTable, setAsTable] = useState(false);
  const { items } = bills;
  const option = useMemo(
    () =>
      billOption(items, month, scheme, {
        part: (part) => t(`bill_part.${part}`),
        month: format.month,
        short: format.compact,
        won: (won) => t('bill.won_of', { won: format.number(won) }),
        total: t('bill.total'),
      }),
    [items, month, scheme, t, format],
  );
  const parts = partsUsed(items);
  return (
    <Paper withBorder p="sm" className="no-print">
      <Group justify="space-between" mb={4}>
        <Text size="sm">
          {t('bill.sum', { count: items.length })}{' '}
          <b data-testid="bills-sum">{t('bill.won_of', { won: format.number(bills.total_won) })}</b>
        </Text>
        <Switch
          label={t('bill.as_table')}
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </Group>
      {asTable ? (
        <Table.ScrollContainer minWidth={760}>
          <Table aria-label={t('bill.by_month')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('bill.month')}</Table.Th>
                {parts.map((part) => (
                  <Table.Th key={part} ta="right">
                    {t(`bill_part.${part}`)}
                  </Table.Th>
                ))}
                <Table.Th ta="right">{t('bill.total')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((bill) => {
                const won = partsOf(bill);
                return (
                  <Table.Tr key={bill.month} data-selected={bill.month === month || undefined}>
                    <Table.Td>
                      <button
                        type="button"
                        className="text-button text-link"
                        aria-pressed={bill.month === month}
                        onClick={() => onMonth(bill.month)}
                      >
                        {bill.month}
                      </button>
                    </Table.Td>
                    {parts.map((part) => (
                      <Table.Td key={part} ta="right">
                        {format.number(won[part])}
                      </Table.Td>
                    ))}
                    <Table.Td ta="right">
                      <b>{format.number(bill.total_won)}</b>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : (
        <EChart
          option={option}
          height={260}
          label={t('bill.drawn', { count: items.length })}
          onPick={(index) => {
            const picked = items[index];
            if (picked) onMonth(picked.month);
          }}
        />
      )}
    </Paper>
  );
}
