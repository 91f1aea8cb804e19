import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Bill, ElectricityContract } from '../../../api/types';
import { AnchorLink } from '../../../ui/links';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';
import { basisWords } from '../basis';
import { civil, dayAfter } from '../time';
import { monthRows } from './calendar';

interface MonthTableProps {
  bills: readonly Bill[];
  contract: ElectricityContract;
}

/** Each month's own peak, what its billing demand rests on, and until when that goes on. */
export function MonthTable({ bills, contract }: MonthTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const instant = (day: string) => new Date(civil(`${day}T00:00:00`)).toISOString();
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('demand.months')}>
      <Title order={2} size="h4">
        {t('demand.months')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('demand.months_help')}
      </Text>
      <Table.ScrollContainer minWidth={760}>
        <Table aria-label={t('demand.months')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('bill.month')}</Table.Th>
              <Table.Th ta="right">{t('bill.demand')} (kW)</Table.Th>
              <Table.Th>{t('demand.rests_on')}</Table.Th>
              <Table.Th>{t('demand.until')}</Table.Th>
              <Table.Th ta="right">{t('bill.own_peak')} (kW)</Table.Th>
              <Table.Th>{t('demand.when')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {monthRows(bills).map(({ month, own, demand, from, until, missing }) => {
              const day = own?.at.slice(0, 10);
              return (
                <Table.Tr key={month}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <AnchorLink
                      to="/energy/bills"
                      search={{ contract: contract.id, to: month, month }}
                      aria-label={t('bill.of_month', { month: format.month(month) })}
                    >
                      {month}
                    </AnchorLink>
                  </Table.Td>
                  <Table.Td ta="right">
                    <b>{format.number(demand?.kw, 1)}</b>
                  </Table.Td>
                  <Table.Td>
                    {demand ? basisWords(t, format.month, demand.basis) : '–'}{' '}
                    {demand && demand.unknown.length > 0 && (
                      <Pill tone="warning">{t('bill.provisional')}</Pill>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {until === undefined
                      ? '–'
                      : until === from
                        ? t('demand.this_month_only')
                        : t('demand.until_month', { month: format.month(until) })}
                  </Table.Td>
                  <Table.Td ta="right">{format.number(own?.kw, 1)}</Table.Td>
                  <Table.Td>
                    {own && day ? (
                      <AnchorLink
                        to="/data/chart"
                        search={{
                          points: contract.terms.active_point_id,
                          from: instant(day),
                          to: instant(dayAfter(day)),
                        }}
                      >
                        {format.dateTime(civil(own.at))}
                      </AnchorLink>
                    ) : (
                      '–'
                    )}{' '}
                    {missing > 0 && <Pill tone="caution">{t('demand.lower_bound')}</Pill>}
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
