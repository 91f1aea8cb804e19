import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRow, RegistryImport } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Pill, type Tone } from '../../../ui/Pill';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const TONES: Record<ImportRow['action'], Tone> = {
  create: 'good',
  update: 'quiet',
  review: 'caution',
  error: 'danger',
};
const ACTIONS = ['create', 'update', 'review', 'error'] as const;

interface PreviewTableProps {
  preview: RegistryImport;
  busy: boolean;
  onCommit: () => void;
  onDiscard: () => void;
}

/** What every row of a file would do, before any of it is done. */
export function PreviewTable({ preview, busy, onCommit, onDiscard }: PreviewTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [only, setOnly] = useState<ImportRow['action']>();
  const rows = only ? preview.rows.filter((row) => row.action === only) : preview.rows;
  const remark = (row: ImportRow) => [
    ...row.errors.map(({ column, detail }) => `${column}: ${detail}`),
    ...row.candidates.map((each) => `${each.name} – ${t(`match_reason.${each.reason}`)}`),
  ];
  const columns: Column<ImportRow>[] = [
    {
      id: 'line',
      header: t('registry_import.line'),
      align: 'right',
      value: (row) => row.line,
    },
    {
      id: 'action',
      header: t('registry_import.action'),
      value: (row) => t(`import_action.${row.action}`),
      render: (row) => <Pill tone={TONES[row.action]}>{t(`import_action.${row.action}`)}</Pill>,
    },
    {
      id: 'remark',
      header: t('registry_import.remark'),
      value: (row) => remark(row).join('; '),
      render: (row) => (
        <Text size="sm" maw={360}>
          {remark(row).join(' ')}
        </Text>
      ),
    },
    ...preview.columns.flatMap(({ header, field }): Column<ImportRow>[] =>
      field ? [{ id: `value.${field}`, header, value: (row) => row.values[field] }] : [],
    ),
  ];
  return (
    <Paper withBorder p="md" component="section" aria-label={t('registry_import.preview')}>
      <Stack gap="md">
        <Title order={2} size="h4">
          {t('registry_import.preview')}
        </Title>
        <Group gap="xs">
          {ACTIONS.map((action) => (
            <Button
              key={action}
              size="xs"
              variant={only === action ? 'filled' : 'default'}
              aria-pressed={only === action}
              onClick={() => setOnly(only === action ? undefined : action)}
            >
              {t(`import_action.${action}`)} {format.number(preview.counts[action] ?? 0)}
            </Button>
          ))}
        </Group>
        <DataTable
          name="registry_import_rows"
          label={t('registry_import.preview')}
          rows={rows}
          columns={columns}
          rowKey={(row) => String(row.line)}
          empty={<Empty title={t('registry_import.no_rows')} />}
        />
        <Text size="sm" c="dimmed">
          {t('registry_import.commit_help')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDiscard}>
            {t('import.discard')}
          </Button>
          <Button onClick={onCommit} loading={busy}>
            {t('registry_import.commit')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
