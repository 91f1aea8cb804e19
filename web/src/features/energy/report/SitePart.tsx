import { Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteReportFile, siteReportQuery } from '../../../api/energy';
import type { ElectricityContract, SiteReport } from '../../../api/types';
import { saveFile } from '../../../ui/csv';
import { Pill } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

/** Contracts of one report. */
const CONTRACTS_MAX = 12;

interface SitePartProps {
  contract: ElectricityContract;
  contracts: readonly ElectricityContract[];
  /** A month, or a year. */
  of: { month: string } | { year: number };
}

/** The state of a contract in the report. */
function stateWords(each: SiteReport['contracts'][number]) {
  if (!each.is_standing) return 'site_report.not_standing';
  return each.is_complete ? 'site_report.complete' : 'site_report.incomplete';
}

/** Which words say whether electricity alone makes a large user; unknown where something is missing. */
function largeWords(isLarge: boolean | null | undefined) {
  if (isLarge == null) return 'site_report.large_unknown';
  return isLarge ? 'site_report.large' : 'site_report.not_large';
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
                    t(stateWords(each))
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
        {t('site_report.peaks')} {t('site_report.toe_factor')}{' '}
        {sum.large_user_toe != null &&
          t(largeWords(sum.is_large_by_electricity), {
            toe: format.number(sum.large_user_toe),
            status: t(`bill_status.${sum.large_user_status ?? 'unverified'}`),
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
  const count = contracts.filter(isSame).length;
  const [open, setOpen] = useState(false);
  const span = 'month' in of ? of.month : of.year;
  const query = { establishment: establishment ?? undefined, ...of };
  const report = useQuery({ ...siteReportQuery(complex, query), enabled: open });
  const file = useChange({
    run: () => siteReportFile(complex, query),
    onDone: (bytes) => saveFile(`site-report-${span}.xlsx`, bytes),
  });
  if (count < 2) return null;
  return (
    <Paper
      withBorder
      p="sm"
      component="section"
      aria-label={t('site_report.title')}
      className="no-print"
    >
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('site_report.title')}
        </Title>
        {open ? (
          <Button
            variant="default"
            leftSection={<IconFileSpreadsheet size={16} aria-hidden />}
            disabled={!report.data}
            loading={file.isPending}
            onClick={() => file.mutate(undefined)}
          >
            {t('site_report.xlsx')}
          </Button>
        ) : (
          <Button variant="default" disabled={count > CONTRACTS_MAX} onClick={() => setOpen(true)}>
            {t('site_report.open', { count })}
          </Button>
        )}
      </Group>
      {count > CONTRACTS_MAX && (
        <Text size="sm">{t('site_report.many', { count, most: CONTRACTS_MAX })}</Text>
      )}
      {open && <Answer of={report}>{(data) => <SiteTable report={data} />}</Answer>}
    </Paper>
  );
}
