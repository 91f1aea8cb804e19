import { useTranslation } from 'react-i18next';
import type { ReadingFileRefusal } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';

/** The lines of a file that were not taken, and what to do about each. */
export function Refusals({ refusals }: { refusals: readonly ReadingFileRefusal[] }) {
  const { t } = useTranslation();
  const columns: Column<ReadingFileRefusal>[] = [
    { id: 'line', header: t('reading_file.line'), align: 'right', value: (row) => row.line },
    { id: 'point', header: t('reject.point'), value: (row) => row.point },
    { id: 'code', header: t('reject.why'), value: (row) => t(`reject_code.${row.code}`) },
    {
      id: 'fix',
      header: t('reject.fix'),
      value: (row) => t(`reject_fix.${row.code}`, { defaultValue: row.detail }),
    },
    { id: 'detail', header: t('reject.detail'), value: (row) => row.detail, hidden: true },
  ];
  return (
    <DataTable
      name="reading_file_refusals"
      label={t('reading_file.refusals')}
      rows={refusals}
      columns={columns}
      rowKey={(row) => `${row.line} ${row.point ?? ''}`}
      empty={null}
    />
  );
}
