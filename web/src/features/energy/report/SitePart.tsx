import { Paper, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { siteReportFile, siteReportQuery } from '../../../api/energy';
import type { ElectricityContract, SiteReport } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Actions } from './Actions';
import { siteRows } from './rows';

interface SitePartProps {
  contract: ElectricityContract;
  contracts: readonly ElectricityContract[];
  /** A month, or a year. */
  of: { month: string } | { year: number };
}

function SiteTable({ report }: { report: SiteReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { sum } = report;
  return (
    <>
      <Table.ScrollContainer minWidth={720}>
        <Table aria-label={t('site_report.title')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('electricity_contract.one')}</Table.Th>
              <Table.Th ta="right">{t('report.sum_kwh')}</Table.Th>
              <Table.Th ta="right">{t('bill.won')}</Table.Th>
              <Table.Th ta="right">{t('report.peak_kw')}</Table.Th>
              <Table.Th ta="right">toe</Table.Th>
              <Table.Th ta="right">tCO₂eq</Table.Th>
              <Table.Th>{t('report.state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.contracts.map((each) => (
              <Table.Tr key={each.contract_id}>
                <Table.Td>{each.name}</Table.Td>
                <Table.Td ta="right">{format.number(each.kwh)}</Table.Td>
                <Table.Td ta="right">{format.number(each.total_won)}</Table.Td>
                <Table.Td ta="right">{format.number(each.peak_kw, 1)}</Table.Td>
                <Table.Td ta="right">{format.number(each.toe, 2)}</Table.Td>
                <Table.Td ta="right">{format.number(each.tco2e, 2)}</Table.Td>
                <Table.Td>
                  {each.why ? (
                    <Pill tone="caution">{t('site_report.none')}</Pill>
                  ) : (
                    t(each.is_complete ? 'site_report.complete' : 'site_report.incomplete')
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr fw={600}>
              <Table.Td>{t('report.sum')}</Table.Td>
              <Table.Td ta="right">{format.number(sum.kwh)}</Table.Td>
              <Table.Td ta="right">{format.number(sum.total_won)}</Table.Td>
              <Table.Td />
              <Table.Td ta="right">{format.number(sum.toe, 2)}</Table.Td>
              <Table.Td ta="right">{format.number(sum.tco2e, 2)}</Table.Td>
              <Table.Td>
                {t(sum.is_complete ? 'site_report.complete' : 'site_report.incomplete')}
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt={4}>
        {t('site_report.peaks')}{' '}
        {typeof sum.is_large_by_electricity === 'boolean' &&
          t(sum.is_large_by_electricity ? 'site_report.large' : 'site_report.not_large', {
            toe: format.number(sum.large_user_toe),
          })}
      </Text>
    </>
  );
}

/** All contracts of the same customer as one, where there are several. */
export function SitePart({ contract, contracts, of }: SitePartProps) {
  const { t } = useTranslation();
  const { complex_id: complex, establishment_id: establishment } = contract;
  const isSame = (other: ElectricityContract) =>
    other.complex_id === complex && (other.establishment_id ?? null) === (establishment ?? null);
  const isShown = contracts.filter(isSame).length > 1;
  const query = { establishment: establishment ?? undefined, ...of };
  const report = useQuery({ ...siteReportQuery(complex, query), enabled: isShown });
  if (!isShown) return null;
  const span = 'month' in of ? of.month : of.year;
  return (
    <Paper
      withBorder
      p="sm"
      component="section"
      aria-label={t('site_report.title')}
      className="no-print"
    >
      <div className="report-site-head">
        <Title order={2} size="h4">
          {t('site_report.title')}
        </Title>
        <Actions
          name={`site-report-${span}`}
          ready={report.data !== undefined}
          workbook={() => siteReportFile(complex, query)}
          rows={() => (report.data ? siteRows(report.data) : [])}
        />
      </div>
      <Answer of={report}>{(data) => <SiteTable report={data} />}</Answer>
    </Paper>
  );
}
