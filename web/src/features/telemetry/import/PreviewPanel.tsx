import {
  Alert,
  Button,
  Code,
  Group,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { IntervalPreview } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} component="div">
        {children}
      </Text>
    </div>
  );
}

/** The first and the last rows, as they were read: a wrong column shows at once. */
function SampleRows({ preview }: { preview: IntervalPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const quantities = preview.sums.map((sum) => sum.quantity);
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={t('import.sample')} verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('registry_import.line')}</Table.Th>
            <Table.Th>{t('import.interval')}</Table.Th>
            {quantities.map((quantity) => (
              <Table.Th key={quantity} ta="right">
                {t(`quantity.${quantity}`, { defaultValue: quantity })}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.sample.map((row) => (
            <Table.Tr key={row.line}>
              <Table.Td>{format.number(row.line)}</Table.Td>
              <Table.Td>{format.dateTime(row.at)}</Table.Td>
              {quantities.map((quantity) => (
                <Table.Td key={quantity} ta="right">
                  {format.number(row.values[quantity], 2)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface PreviewPanelProps {
  preview: IntervalPreview;
  busy: boolean;
  onCommit: () => void;
  onDiscard: () => void;
}

/** What a file says, before anything of it is kept. */
export function PreviewPanel({ preview, busy, onCommit, onDiscard }: PreviewPanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper withBorder p="md" component="section" aria-label={t('import.preview')}>
      <Stack gap="md">
        <Title order={2} size="h4">
          {t('import.preview')}
        </Title>
        <SimpleGrid cols={{ base: 2, md: 5 }}>
          <Figure label={t('import.rows')}>
            {format.number(preview.rows_total)}
            <Text size="xs" c="dimmed">
              {t('import.taken', { shown: format.number(preview.rows_taken) })}
            </Text>
          </Figure>
          <Figure label={t('import.first')}>{format.dateTime(preview.first)}</Figure>
          <Figure label={t('import.last')}>{format.dateTime(preview.last)}</Figure>
          <Figure label={t('import.energy')}>{format.number(preview.kwh_sum, 2)} kWh</Figure>
          <Figure label={t('import.peak')}>
            {format.number(preview.peak_kw, 1)} kW
            <Text size="xs" c="dimmed">
              {format.dateTime(preview.peak_at)}
            </Text>
          </Figure>
        </SimpleGrid>
        {preview.customer_number_warning && (
          <Alert
            color="yellow"
            variant="outline"
            icon={<IconAlertTriangle />}
            title={t('import.customer_number')}
          >
            {t('import.customer_number_next')}
          </Alert>
        )}
        {preview.not_taken.length > 0 && (
          <Alert color="yellow" variant="outline" title={t('import.not_taken')}>
            {preview.not_taken
              .map((quantity) => t(`quantity.${quantity}`, { defaultValue: quantity }))
              .join(', ')}
          </Alert>
        )}
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {t('import.columns')}
          </Text>
          {preview.columns.map((column) => (
            <Pill key={column.header} tone={column.used_as ? 'good' : 'quiet'}>
              {column.header} →{' '}
              {column.used_as
                ? t([`column_use.${column.used_as}`, `quantity.${column.used_as}`], {
                    defaultValue: column.used_as,
                  })
                : t('import.unused')}
            </Pill>
          ))}
        </Group>
        {preview.flags.length > 0 && (
          <Table aria-label={t('import.flags')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('import.flag')}</Table.Th>
                <Table.Th ta="right">{t('import.count')}</Table.Th>
                <Table.Th>{t('import.examples')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {preview.flags.map((flag) => (
                <Table.Tr key={flag.code}>
                  <Table.Td>{t(`flag.${flag.code}`, { defaultValue: flag.code })}</Table.Td>
                  <Table.Td ta="right">{format.number(flag.count)}</Table.Td>
                  <Table.Td>
                    {flag.examples.slice(0, 3).map((example) => (
                      <Text size="sm" key={`${example.line} ${example.text}`}>
                        {t('import.line', { line: example.line })} <Code>{example.text}</Code>
                      </Text>
                    ))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <SampleRows preview={preview} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDiscard}>
            {t('import.discard')}
          </Button>
          <Button onClick={onCommit} loading={busy}>
            {t('import.commit')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
