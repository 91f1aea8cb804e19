import { Alert, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { productReportFile, productReportQuery } from '../../../api/energy';
import type { ElectricityContract, ProductReport } from '../../../api/types';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { earliest, latest, type Months, monthAfter } from '../time';
import { Actions } from './Actions';
import { Entries } from './Entries';
import { Remarks } from './Remarks';
import { productRows } from './rows';
import { useShown } from './useShown';

/** Months of one answer. */
const MONTHS_MAX = 24;

interface ProductPanelProps {
  contract: ElectricityContract;
  months: Required<Months>;
  present: string;
  onMonths: (months: Required<Months>) => void;
  children: ReactNode;
}

function Products({ report }: { report: ProductReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  const heads = [
    'tonnes',
    'allocation',
    'energy',
    'kwh_per_t',
    'tco2e',
    'kgco2e_per_t',
    'missing_slots',
  ] as const;
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table aria-label={t('report.products')} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('report.product')}</Table.Th>
            <Table.Th>{t('report.code')}</Table.Th>
            {heads.map((head) => (
              <Table.Th key={head} ta={head === 'allocation' ? undefined : 'right'}>
                {t(`report.${head}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.items.map((item) => (
            <Table.Tr key={`${item.code ?? ''} ${item.product}`}>
              <Table.Td>
                {item.product}
                <Text size="xs" c="dimmed">
                  {t('report.months_of', { count: item.months.length })}
                </Text>
              </Table.Td>
              <Table.Td>{item.code ?? '–'}</Table.Td>
              <Table.Td ta="right">{format.number(item.tonnes, 3)}</Table.Td>
              <Table.Td>
                {item.bases
                  .map((basis) => t(`report_basis.${basis}`, { defaultValue: basis }))
                  .join(', ')}
              </Table.Td>
              <Table.Td ta="right">{shown.kwh(item.kwh)}</Table.Td>
              <Table.Td ta="right">{format.number(item.kwh_per_t, 1)}</Table.Td>
              <Table.Td ta="right">{format.number(item.tco2e, 2)}</Table.Td>
              <Table.Td ta="right">
                <b>{format.number(item.kgco2e_per_t, 1)}</b>
              </Table.Td>
              <Table.Td ta="right">{format.number(item.missing_slots)}</Table.Td>
            </Table.Tr>
          ))}
          {(['unallocated_kwh', 'total_kwh'] as const).map((sum) => (
            <Table.Tr key={sum} fw={600}>
              <Table.Td colSpan={4}>{t(`report.${sum}`)}</Table.Td>
              <Table.Td ta="right">{shown.kwh(report[sum])}</Table.Td>
              <Table.Td colSpan={4} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Factors({ report }: { report: ProductReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap={2}>
      {report.factors.map((factor) => (
        <Text size="sm" key={factor.year}>
          {t('report.factor_line', {
            year: factor.year,
            purpose: t(`report_purpose.${factor.purpose}`, { defaultValue: factor.purpose }),
            factor: format.number(factor.tco2e_per_mwh, 4),
          })}{' '}
          <Text span c="dimmed" size="sm">
            {factor.reference}; {factor.source}; {factor.status}
          </Text>
        </Text>
      ))}
    </Stack>
  );
}

/** What a tonne of product takes, for customers and declarations; and the tonnes it rests on. */
export function ProductPanel({ contract, months, present, onMonths, children }: ProductPanelProps) {
  const { t } = useTranslation();
  const report = useQuery(productReportQuery(contract.id, months));
  const most = `${present}-01`;
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end">
        {children}
        <MonthField
          label={t('electricity_contract.first_month')}
          w={130}
          maxDate={most}
          value={months.from}
          onChange={(from) =>
            from &&
            onMonths({
              from,
              to: earliest(latest(months.to, from), monthAfter(from, MONTHS_MAX - 1)),
            })
          }
        />
        <MonthField
          label={t('electricity_contract.final_month')}
          w={130}
          maxDate={most}
          value={months.to}
          onChange={(to) =>
            to &&
            onMonths({
              from: latest(earliest(months.from, to), monthAfter(to, 1 - MONTHS_MAX)),
              to,
            })
          }
        />
        <Actions
          name={`product-report-${months.from}-${months.to}`}
          ready={(report.data?.items.length ?? 0) > 0}
          workbook={() => productReportFile(contract.id, months)}
          rows={() => (report.data ? productRows(report.data) : [])}
        />
      </Group>
      <Paper withBorder p="md" component="section" aria-label={t('report.products')}>
        <Stack gap="sm">
          <div>
            <Title order={2} size="h4">
              {t('report.products')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('report.products_help')}
            </Text>
          </div>
          <Answer of={report}>
            {(data) => (
              <>
                {data.head.hidden && (
                  <Alert color="yellow" variant="outline" title={t('bill.hidden')} />
                )}
                {data.items.length === 0 ? (
                  <Empty title={t('report.no_products')}>{t('report.no_products_next')}</Empty>
                ) : (
                  <>
                    <Products report={data} />
                    <Factors report={data} />
                  </>
                )}
                <Remarks remarks={data.remarks} />
              </>
            )}
          </Answer>
        </Stack>
      </Paper>
      <Entries contract={contract} months={months} present={present} />
    </Stack>
  );
}
