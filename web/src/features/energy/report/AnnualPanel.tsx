import { Group, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { annualReportFile, annualReportQuery } from '../../../api/energy';
import type { AnnualReport, ElectricityContract } from '../../../api/types';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Actions } from './Actions';
import { Paper, PaperNotes, PaperTable } from './Paper';
import { monthRows } from './rows';
import { useShown } from './useShown';

/** Years that can be chosen. */
const YEARS = 6;

interface AnnualPanelProps {
  contract: ElectricityContract;
  year: number;
  last: number;
  onYear: (year: number) => void;
  children: ReactNode;
}

function AnnualPaper({ report }: { report: AnnualReport }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  const { carbon } = report;
  const title = t('report.of_year', { year: report.year });
  const toe = (kwh: number | null | undefined) =>
    kwh == null || carbon.toe_per_kwh == null ? null : kwh * carbon.toe_per_kwh;
  const whole = t(report.is_complete ? 'report.whole_year' : 'report.known_months');
  const facts: [string, string, string][] = [
    [t('report.year_energy'), shown.kwh(report.kwh), whole],
    [t('report.toe'), shown.unit(carbon.toe, 'toe', 1), t('report.toe_unverified')],
    [
      t('report.carbon'),
      shown.unit(carbon.tco2e, 'tCO₂eq', 1),
      carbon.factor
        ? t('report.factor_of', {
            year: carbon.factor.year,
            factor: format.number(carbon.factor.tco2e_per_mwh, 4),
          })
        : t('report.no_factor'),
    ],
    [t('bill.total'), shown.won(report.total_won), whole],
    [
      t('report.large_user'),
      t(report.is_large_by_electricity ? 'report.large_yes' : 'report.large_open'),
      t('report.large_help', {
        toe: format.number(report.large_user_toe),
        status: t(`bill_status.${report.large_user_status}`),
      }),
    ],
  ];
  const state = (month: AnnualReport['months'][number]) =>
    month.kwh == null
      ? t(month.is_over ? 'report.state_none' : 'report.state_ahead')
      : t(month.is_over ? 'report.state_over' : 'report.state_running');
  return (
    <div className="report-sheets">
      <Paper head={report.head} title={title}>
        <dl className="report-facts">
          {facts.map(([name, value, note]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <strong>{value}</strong>
                <span>{note}</span>
              </dd>
            </div>
          ))}
        </dl>
        <PaperTable
          label={t('report.by_month')}
          words={2}
          head={[
            t('bill.month'),
            t('report.state'),
            t('report.sum_kwh'),
            'toe',
            t('bill.won'),
            t('report.peak_kw'),
            t('report.missing_slots'),
          ]}
          rows={[
            ...report.months.map((month) => [
              format.month(month.month),
              state(month),
              format.number(month.kwh),
              format.number(toe(month.kwh), 2),
              month.provisional
                ? `${format.number(month.total_won)} (${t('bill.provisional')})`
                : format.number(month.total_won),
              format.number(month.peak_kw, 1),
              format.number(month.missing_slots),
            ]),
            [
              t('report.sum'),
              '',
              format.number(report.kwh),
              format.number(carbon.toe, 2),
              format.number(report.total_won),
              '',
              '',
            ],
          ]}
          sum
        />
        <PaperTable
          label={t('report.by_quarter')}
          head={[t('report.quarter'), t('report.sum_kwh'), 'toe']}
          rows={report.quarters_kwh.map((kwh, place) => [
            t('report.quarter_of', { n: place + 1 }),
            format.number(kwh),
            format.number(toe(kwh), 2),
          ])}
        />
        <PaperTable
          label={t('report.products')}
          words={2}
          head={[
            t('report.product'),
            t('report.code'),
            t('report.tonnes'),
            t('report.sum_kwh'),
            t('report.kwh_per_t'),
            t('report.kgco2e_per_t'),
          ]}
          rows={report.products.map((item) => [
            item.product,
            item.code ?? '–',
            format.number(item.tonnes, 3),
            format.number(item.kwh),
            format.number(item.kwh_per_t, 1),
            format.number(item.kgco2e_per_t, 1),
          ])}
          empty={t('report.no_products')}
        />
        <PaperNotes
          label={t('bill.notes')}
          notes={report.remarks.map((remark) => (i18n.language === 'ko' ? remark.ko : remark.en))}
        />
      </Paper>
    </div>
  );
}

/** What a year took, as a yearly report of energy use asks it of electricity. */
export function AnnualPanel({ contract, year, last, onYear, children }: AnnualPanelProps) {
  const { t } = useTranslation();
  const report = useQuery(annualReportQuery(contract.id, year));
  const years = [...new Set([year, ...Array.from({ length: YEARS }, (_, back) => last - back)])];
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end" className="no-print">
        {children}
        <Select
          label={t('report.year')}
          allowDeselect={false}
          w={130}
          value={String(year)}
          onChange={(picked) => picked && onYear(Number(picked))}
          data={years.sort((a, b) => b - a).map(String)}
        />
        <Actions
          name={`annual-report-${year}`}
          ready={report.data !== undefined}
          workbook={() => annualReportFile(contract.id, year)}
          rows={() => (report.data ? monthRows(report.data) : [])}
          print
        />
      </Group>
      <Answer of={report}>{(data) => <AnnualPaper report={data} />}</Answer>
    </Stack>
  );
}
