import { Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { monthlyReportFile, monthlyReportQuery } from '../../../api/energy';
import { ProblemError } from '../../../api/problem';
import type { ElectricityContract } from '../../../api/types';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { Actions } from './Actions';
import { MonthlyPaper } from './MonthlyPaper';
import { dayRows } from './rows';

interface MonthlyPanelProps {
  contract: ElectricityContract;
  month: string;
  present: string;
  onMonth: (month: string) => void;
  children: ReactNode;
}

/** A month as it will be printed. */
export function MonthlyPanel({ contract, month, present, onMonth, children }: MonthlyPanelProps) {
  const { t } = useTranslation();
  const report = useQuery(monthlyReportQuery(contract.id, month));
  const noBill = report.error instanceof ProblemError && report.error.status === 404;
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end" className="no-print">
        {children}
        <MonthField
          label={t('report.month')}
          w={130}
          value={month}
          maxDate={`${present}-01`}
          onChange={(picked) => picked && onMonth(picked)}
        />
        <Actions
          name={`monthly-report-${month}`}
          ready={report.data !== undefined}
          workbook={() => monthlyReportFile(contract.id, month)}
          rows={() => dayRows(report.data?.days ?? [])}
          print
        />
      </Group>
      {noBill ? (
        <Empty title={t('report.none')}>{t('bill.none_next')}</Empty>
      ) : (
        <Answer of={report}>{(data) => <MonthlyPaper report={data} />}</Answer>
      )}
    </Stack>
  );
}
