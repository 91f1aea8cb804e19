import { Alert, Button, Code, Group, Paper, Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, fileBody, ok } from '../../../api/client';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import { FileDrop } from '../../../ui/FileDrop';
import { ButtonLink } from '../../../ui/links';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { Refusals } from './Refusals';
import { BYTES_MAX, HEAD_BYTES, type Head, headOf } from './readingFile';

interface ReadingFilePanelProps {
  complex: string | undefined;
  device: string | undefined;
  onDevice: (device: string | undefined) => void;
}

interface Chosen {
  file: File;
  head: Head;
}

/** Brings readings of one device in from a CSV file: look first, then send. */
export function ReadingFilePanel({ complex, device: id, onDevice }: ReadingFilePanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [chosen, setChosen] = useState<Chosen>();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = devices.find((each) => each.id === id);
  const { data: points = [] } = useQuery({
    ...pointsQuery({ device: id }),
    enabled: id !== undefined,
  });
  const send = useChange({
    quiet: true,
    refresh: [['readings'], ['latest'], ['rejects']],
    run: (file: File) =>
      ok(
        api.POST('/api/v1/reading_files', {
          params: { query: { device: device?.key ?? '' } },
          ...fileBody(file),
          headers: { 'Content-Type': 'text/csv' },
        }),
      ),
    onDone: () => setChosen(undefined),
  });
  const look = async (file: File) => {
    send.reset();
    const text = await file.slice(0, HEAD_BYTES).text();
    setChosen({
      file,
      head: headOf(
        text,
        points.map((point) => point.key),
      ),
    });
  };
  return (
    <Stack gap="md">
      <Select
        label={t('reading_file.device')}
        description={t('reading_file.device_help')}
        searchable
        limit={60}
        maw={560}
        value={id ?? null}
        onChange={(value) => {
          setChosen(undefined);
          onDevice(value ?? undefined);
        }}
        data={devices.map((each) => ({ value: each.id, label: `${each.name} (${each.key})` }))}
      />
      <Text size="sm" c="dimmed">
        {t('reading_file.forms')} <Code>point,at,value</Code> {t('reading_file.or')}{' '}
        <Code
          style={{ overflowWrap: 'anywhere' }}
        >{`at,${points.map((point) => point.key).join(',') || 'pm10,pm25'}`}</Code>
      </Text>
      <FileDrop
        accept=".csv,.txt"
        label={t('reading_file.drop')}
        hint={device ? t('reading_file.drop_hint') : t('reading_file.drop_first')}
        disabled={!device}
        busy={send.isPending}
        onFile={(file) => void look(file)}
      />
      {chosen && (
        <Preview
          chosen={chosen}
          busy={send.isPending}
          onSend={() => send.mutate(chosen.file)}
          onDiscard={() => setChosen(undefined)}
        />
      )}
      {Boolean(send.error) && <ErrorState error={send.error} />}
      {send.data && (
        <Alert
          color={send.data.rejected > 0 ? 'yellow' : 'green'}
          variant="outline"
          role="status"
          title={t('reading_file.done', {
            accepted: format.number(send.data.accepted),
            rejected: format.number(send.data.rejected),
          })}
        >
          {id && (
            <ButtonLink
              size="xs"
              variant="default"
              to="/registry/devices/$device"
              params={{ device: id }}
            >
              {t('device.open')}
            </ButtonLink>
          )}
        </Alert>
      )}
      {send.data && send.data.refusals.length > 0 && <Refusals refusals={send.data.refusals} />}
    </Stack>
  );
}

interface PreviewProps {
  chosen: Chosen;
  busy: boolean;
  onSend: () => void;
  onDiscard: () => void;
}

function Preview({ chosen: { file, head }, busy, onSend, onDiscard }: PreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const fault =
    file.size > BYTES_MAX
      ? t('reading_file.too_large')
      : head.form === 'none'
        ? t('reading_file.no_form')
        : undefined;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('reading_file.preview')}>
      <Stack gap="sm">
        <Text fw={600}>
          {file.name} · {format.number(Math.ceil(file.size / 1024))} KiB
        </Text>
        {fault && <Alert color="red" variant="outline" title={fault} />}
        {head.unknown.length > 0 && (
          <Alert
            color="yellow"
            variant="outline"
            title={t('reading_file.unknown', { keys: head.unknown.join(', ') })}
          />
        )}
        <Table.ScrollContainer minWidth={400}>
          <Table verticalSpacing={3} aria-label={t('reading_file.preview')}>
            <Table.Thead>
              <Table.Tr>
                {head.columns.map((column, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a file may name two columns alike.
                  <Table.Th key={place}>{column}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {head.rows.map((row, number) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file have no key.
                <Table.Tr key={number}>
                  {row.map((cell, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a file may name two columns alike.
                    <Table.Td key={place}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDiscard}>
            {t('ui.cancel')}
          </Button>
          <Button loading={busy} disabled={fault !== undefined} onClick={onSend}>
            {t('reading_file.send')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
