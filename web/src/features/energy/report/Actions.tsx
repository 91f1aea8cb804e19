import { Button, Group } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Cell, downloadCsv, saveFile } from '../../../ui/csv';
import { useChange } from '../../../ui/useChange';

interface ActionsProps {
  /** Names the files, without ending. */
  name: string;
  ready: boolean;
  workbook: () => Promise<Blob>;
  rows: () => readonly (readonly Cell[])[];
  print?: boolean;
}

/** The ways that a report leaves by: paper, workbook, CSV. */
export function Actions({ name, ready, workbook, rows, print }: ActionsProps) {
  const { t } = useTranslation();
  const file = useChange({
    run: workbook,
    onDone: (bytes) => saveFile(`${name}.xlsx`, bytes),
  });
  return (
    <Group gap="xs" ml="auto">
      {print && (
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} aria-hidden />}
          disabled={!ready}
          onClick={() => window.print()}
        >
          {t('bill.print')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconFileSpreadsheet size={16} aria-hidden />}
        disabled={!ready}
        loading={file.isPending}
        onClick={() => file.mutate()}
      >
        {t('report.xlsx')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        disabled={!ready}
        onClick={() => downloadCsv(name, rows())}
      >
        {t('ui.csv')}
      </Button>
    </Group>
  );
}
