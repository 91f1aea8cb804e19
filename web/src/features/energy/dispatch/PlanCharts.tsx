import { Group, Paper, Switch, Table, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dispatch } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { DayField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { dayOption, monthsOption, type Word } from './option';

/** The words of both charts. */
function useWords() {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(
    () => ({
      name: (word: Word) => t(`dispatch.line_${word}`),
      number: (value: number) => format.number(value, 1),
      month: (month: string) => month,
    }),
    [t, format],
  );
}

const most = (values: number[]) => Math.max(0, ...values);

/** One day of the plan: when the battery takes and gives, and what the grid sees. */
export function DayPlan({ plan, onDay }: { plan: Dispatch; onDay: (day?: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const words = useWords();
  const { day } = plan;
  const option = useMemo(() => dayOption(day, scheme, words), [day, scheme, words]);
  const told = t('dispatch.day_words', {
    day: format.day(civil(`${day.date}T00:00:00`)),
    load: format.number(most(day.load_kw), 1),
    grid: format.number(most(day.grid_kw), 1),
    counting: format.number(most(day.grid_kw.filter((_, slot) => day.counts[slot])), 1),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('dispatch.day')}>
      <Group justify="space-between" align="flex-end" mb={4}>
        <div>
          <Title order={2} size="h4">
            {t('dispatch.day')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('dispatch.day_help')}
          </Text>
        </div>
        <DayField
          label={t('response.date')}
          w={160}
          value={day.date}
          minDate={plan.basis.first}
          maxDate={plan.basis.last}
          onChange={(next) => onDay(typeof next === 'string' ? next : undefined)}
        />
      </Group>
      <EChart option={option} height={392} label={told} />
      <Text size="sm">{told}</Text>
    </Paper>
  );
}

/** The billing demand of each month with the battery and without; as a table for who wants numbers. */
export function MonthsPlan({ plan }: { plan: Dispatch }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const words = useWords();
  const [asTable, setAsTable] = useState(false);
  const { months } = plan;
  const option = useMemo(() => monthsOption(months, scheme, words), [months, scheme, words]);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('dispatch.months')}>
      <Group justify="space-between" mb={4}>
        <div>
          <Title order={2} size="h4">
            {t('dispatch.months')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('dispatch.months_help')}
          </Text>
        </div>
        <Switch
          label={t('bill.as_table')}
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </Group>
      {asTable ? (
        <Table.ScrollContainer minWidth={620}>
          <Table aria-label={t('dispatch.months')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('bill.month')}</Table.Th>
                <Table.Th ta="right">{t('dispatch.demand_before')} (kW)</Table.Th>
                <Table.Th ta="right">{t('dispatch.demand_after')} (kW)</Table.Th>
                <Table.Th ta="right">{t('dispatch.billed_before')} (kW)</Table.Th>
                <Table.Th ta="right">{t('dispatch.billed_after')} (kW)</Table.Th>
                <Table.Th ta="right">{t('dispatch.discharged')} (kWh)</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {months.map((month) => (
                <Table.Tr key={month.month}>
                  <Table.Td>{month.month}</Table.Td>
                  <Table.Td ta="right">{format.number(month.demand_before_kw, 1)}</Table.Td>
                  <Table.Td ta="right">{format.number(month.demand_after_kw, 1)}</Table.Td>
                  <Table.Td ta="right">{format.number(month.billed_before_kw, 1)}</Table.Td>
                  <Table.Td ta="right">
                    <b>{format.number(month.billed_after_kw, 1)}</b>
                  </Table.Td>
                  <Table.Td ta="right">{format.number(month.discharged_kwh)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : (
        <EChart
          option={option}
          height={260}
          label={t('dispatch.months_drawn', { count: months.length })}
        />
      )}
    </Paper>
  );
}
