import {
  Alert,
  Button,
  Code,
  Group,
  Paper,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
} from '@mantine/core';
import { IconDownload, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../../api/problem';
import { askSql, sqlFile } from '../../../api/telemetry';
import type { SqlAnswer } from '../../../api/types';
import { saveFile } from '../../../ui/csv';
import { Empty, ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { EXAMPLES } from './examples';

interface SqlPanelProps {
  sql: string;
  onChange: (sql: string) => void;
}

/** A question in SQL, its answer as a table, and what is wrong with it when something is. */
export function SqlPanel({ sql, onChange }: SqlPanelProps) {
  const { t } = useTranslation();
  const ask = useMutation({ mutationFn: (text: string) => askSql(text) });
  const file = useChange({
    run: (text: string) => sqlFile(text),
    onDone: (blob) => saveFile('query.csv', blob),
  });
  return (
    <Stack gap="md">
      <Select
        label={t('query.examples')}
        placeholder={t('query.examples_pick')}
        w={360}
        maw="100%"
        value={null}
        onChange={(name) => {
          const found = EXAMPLES.find((example) => example.name === name);
          if (found) onChange(found.sql);
        }}
        data={EXAMPLES.map(({ name }) => ({ value: name, label: t(`query.example_${name}`) }))}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate(sql);
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t('query.sql')}
            description={t('query.sql_help')}
            autosize
            minRows={7}
            maxRows={22}
            spellCheck={false}
            autoCapitalize="off"
            value={sql}
            onChange={(event) => onChange(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                ask.mutate(sql);
              }
            }}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
          <Group gap="xs">
            <Button
              type="submit"
              loading={ask.isPending}
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
            >
              {t('query.run')}
            </Button>
            <Button
              variant="default"
              loading={file.isPending}
              onClick={() => file.mutate(sql)}
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t('query.file')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('query.run_keys')}
            </Text>
          </Group>
        </Stack>
      </form>
      <Tables />
      {ask.error !== null && <Fault error={ask.error} />}
      {ask.data && !ask.error && <SqlResult answer={ask.data} />}
    </Stack>
  );
}

/** A fault in the text is shown with its place; everything else as everywhere. */
function Fault({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!(error instanceof ProblemError) || error.code !== 'query.sql') {
    return <ErrorState error={error} />;
  }
  return (
    <Alert color="red" variant="outline" title={t('query.fault')} role="alert">
      <Code block lang="en" style={{ whiteSpace: 'pre-wrap' }}>
        {error.detail.replace(/^the question cannot be answered: /, '')}
      </Code>
    </Alert>
  );
}

const TABLES = [
  [
    'readings',
    'at, point_id, point_key, device_key, quantity, unit, establishment_id, complex, value, quality, usable',
  ],
  [
    'points',
    'point_id, point_key, name, device_key, quantity, unit, kind, interval_s, expected_interval_s, establishment_id, complex',
  ],
  ['devices', 'device_id, device_key, name, kind, establishment_id, complex'],
] as const;

/** What can be asked for. */
function Tables() {
  const { t } = useTranslation();
  return (
    <Text component="details" size="sm">
      <summary>{t('query.tables')}</summary>
      <Stack gap={4} mt="xs">
        {TABLES.map(([name, columns]) => (
          <div key={name}>
            <Code>{name}</Code> ({columns})
          </div>
        ))}
        <Text size="sm" c="dimmed">
          {t('query.tables_help')}
        </Text>
      </Stack>
    </Text>
  );
}

function SqlResult({ answer }: { answer: SqlAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const show = (value: unknown, kind: string) => {
    if (value === null || value === undefined) return '–';
    if (kind === 'instant')
      return String(value)
        .replace('T', ' ')
        .replace(/(\.0+)?Z$/, '');
    if (kind === 'number' && typeof value === 'number') {
      return Number.isInteger(value)
        ? format.number(value)
        : new Intl.NumberFormat(format.locale, { maximumSignificantDigits: 8 }).format(value);
    }
    return String(value);
  };
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" role="status">
        {t('query.answered', {
          shown: format.number(answer.rows.length),
          ms: format.number(answer.took_ms),
        })}{' '}
        {answer.truncated && t('query.truncated')}
      </Text>
      <Paper withBorder className="table-box">
        {answer.rows.length === 0 ? (
          <Empty title={t('query.no_rows')}>{t('query.no_data_next')}</Empty>
        ) : (
          <Table.ScrollContainer minWidth={480} maxHeight="max(320px, 60vh)">
            <Table verticalSpacing={4} stickyHeader aria-label={t('query.values')}>
              <Table.Thead>
                <Table.Tr>
                  {answer.columns.map(({ name, kind }) => (
                    <Table.Th key={name} ta={kind === 'number' ? 'right' : undefined}>
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {answer.rows.map((row, number) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no key.
                  <Table.Tr key={number}>
                    {answer.columns.map(({ name, kind }, place) => (
                      <Table.Td key={name} ta={kind === 'number' ? 'right' : undefined}>
                        {show(row[place], kind)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Paper>
    </Stack>
  );
}
