import { Stack, Table, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { leastOf, type OfferBills } from './compare';
import { offersOption } from './option';

/** More bars than these in one month are too thin to read. */
const CHART_OFFERS_MAX = 4;

interface MonthsByOptionProps {
  offers: readonly OfferBills[];
}

/** The same months by each choice side by side: bars with their parts stacked, and the won as a table. */
export function MonthsByOption({ offers }: MonthsByOptionProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const drawn = offers.slice(0, CHART_OFFERS_MAX);
  const option = useMemo(
    () =>
      offersOption(offers.slice(0, CHART_OFFERS_MAX), scheme, {
        part: (part) => t(`bill_part.${part}`),
        month: format.month,
        short: format.compact,
        won: (won) => t('bill.won_of', { won: format.number(won) }),
        total: t('bill.total'),
      }),
    [offers, scheme, t, format],
  );
  const months = offers[0]?.items ?? [];
  const names = offers.map(({ name }) => name).join(', ');
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {t('compare.by_month')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('compare.by_month_help')}{' '}
        {drawn.length < offers.length && t('compare.drawn', { count: drawn.length })}
      </Text>
      <EChart
        option={option}
        height={300}
        label={t('compare.chart', { names, count: months.length })}
      />
      <Table.ScrollContainer minWidth={480}>
        <Table aria-label={t('compare.by_month')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('bill.month')}</Table.Th>
              {offers.map(({ name }) => (
                <Table.Th key={name} ta="right">
                  {name}
                </Table.Th>
              ))}
              <Table.Th>{t('compare.least')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {months.map(({ month }, index) => {
              const least = leastOf(offers, index);
              return (
                <Table.Tr key={month}>
                  <Table.Td>{format.month(month)}</Table.Td>
                  {offers.map((offer) => {
                    const won = offer.items[index]?.total_won;
                    const text = won === undefined ? '–' : format.number(won);
                    return (
                      <Table.Td key={offer.name} ta="right">
                        {offer === least ? <b>{text}</b> : text}
                      </Table.Td>
                    );
                  })}
                  <Table.Td>{least?.name ?? '–'}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
