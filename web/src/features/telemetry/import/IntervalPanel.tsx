import { Alert, Button, Group, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, fileBody, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { devicesQuery, establishmentsQuery } from '../../../api/registry';
import { intervalImportsQuery, mappingsQuery } from '../../../api/telemetry';
import type { IntervalImport, IntervalPreview } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { FileDrop } from '../../../ui/FileDrop';
import { ButtonLink } from '../../../ui/links';
import { Answer, Empty, ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { MappingDialog } from './MappingDialog';
import { PreviewPanel } from './PreviewPanel';

function useColumns(complex: string | undefined): Column<IntervalImport>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const names = new Map(devices.map((device) => [device.id, device.name]));
  return [
    {
      id: 'at',
      header: t('import.at'),
      value: (row) => row.at,
      render: (row) => format.dateTime(row.at),
    },
    { id: 'file', header: t('import.file'), value: (row) => row.file_name },
    {
      id: 'device',
      header: t('import.device'),
      value: (row) => names.get(row.device_id) ?? row.device_id,
    },
    {
      id: 'rows',
      header: t('import.rows'),
      align: 'right',
      value: (row) => row.rows,
      render: (row) => format.number(row.rows),
    },
    {
      id: 'added',
      header: t('import.added'),
      align: 'right',
      value: (row) => row.added,
      render: (row) => format.number(row.added),
    },
    {
      id: 'replaced',
      header: t('import.replaced'),
      align: 'right',
      value: (row) => row.replaced,
      render: (row) => format.number(row.replaced),
    },
    {
      id: 'unchanged',
      header: t('import.unchanged'),
      align: 'right',
      value: (row) => row.unchanged,
      render: (row) => format.number(row.unchanged),
    },
    {
      id: 'state',
      header: t('import.state'),
      value: (row) => t(`import_state.${row.state}`, { defaultValue: row.state }),
    },
    { id: 'who', header: t('import.who'), value: (row) => row.actor?.name },
  ];
}

interface IntervalPanelProps {
  complex: string | undefined;
  device: string | undefined;
  onDevice: (device: string | undefined) => void;
}

/** Brings a meter's interval file in: look first, then keep. */
export function IntervalPanel({ complex, device, onDevice }: IntervalPanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [mapping, setMapping] = useState<string | null>(null);
  const [keeping, setKeeping] = useState(false);
  const [preview, setPreview] = useState<IntervalPreview>();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const { data: mappings = [] } = useQuery(mappingsQuery(complex));
  const past = useInfiniteQuery(intervalImportsQuery(complex));
  const columns = useColumns(complex);
  const own = devices.find((each) => each.id === device)?.complex_id ?? complex;
  const owner = new Map(establishments.map((each) => [each.id, each.name]));

  const commit = useChange({
    refresh: [['interval_imports'], ['readings'], ['latest']],
    run: (id: string) =>
      ok(api.POST('/api/v1/interval_imports/{id}/commit', { params: { path: { id } } })),
    onDone: () => setPreview(undefined),
  });
  const look = useChange({
    quiet: true,
    run: (file: File) =>
      ok(
        api.POST('/api/v1/interval_imports', {
          params: {
            query: {
              device: device ?? '',
              file_name: file.name,
              ...(mapping ? { mapping } : {}),
            },
          },
          ...fileBody(file),
        }),
      ),
    onDone: (found) => {
      commit.reset();
      setPreview(found);
    },
  });

  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Select
          label={t('import.device')}
          description={t('import.device_help')}
          placeholder={t('import.device_search')}
          searchable
          limit={60}
          value={device ?? null}
          onChange={(value) => onDevice(value ?? undefined)}
          data={devices
            .filter((each) => each.kind === 'meter')
            .map((each) => ({
              value: each.id,
              label: [each.name, owner.get(each.establishment_id ?? '')]
                .filter(Boolean)
                .join(' · '),
            }))}
        />
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select
            flex={1}
            label={t('import.mapping')}
            description={t('import.mapping_help')}
            placeholder={t('import.mapping_usual')}
            clearable
            value={mapping}
            onChange={setMapping}
            data={mappings.map((each) => ({ value: each.id, label: each.name }))}
          />
          <Button variant="default" onClick={() => setKeeping(true)} disabled={!own}>
            {t('mapping.add')}
          </Button>
        </Group>
      </SimpleGrid>
      {keeping && own && (
        <MappingDialog complex={own} onClose={() => setKeeping(false)} onMade={setMapping} />
      )}
      <FileDrop
        accept=".csv,.txt,.xlsx,.xls"
        label={t('import.drop')}
        hint={device ? t('import.drop_hint') : t('import.drop_first')}
        disabled={!device}
        busy={look.isPending}
        onFile={(file) => look.mutate(file)}
      />
      {look.error && <ErrorState error={look.error} />}
      {preview && (
        <PreviewPanel
          preview={preview}
          busy={commit.isPending}
          onCommit={() => preview.id && commit.mutate(preview.id)}
          onDiscard={() => setPreview(undefined)}
        />
      )}
      {commit.data && (
        <Alert color="green" variant="outline" title={t('import.done')} role="status">
          <Stack gap="xs" align="flex-start">
            {t('import.done_counts', {
              added: format.number(commit.data.added),
              replaced: format.number(commit.data.replaced),
              unchanged: format.number(commit.data.unchanged),
            })}
            {device && (
              <ButtonLink
                size="xs"
                variant="light"
                to="/registry/devices/$device"
                params={{ device }}
              >
                {t('import.see_device')}
              </ButtonLink>
            )}
          </Stack>
        </Alert>
      )}
      <Title order={2} size="h4">
        {t('import.past')}
      </Title>
      <Answer of={past}>
        {(data) => (
          <DataTable
            name="interval_imports"
            label={t('import.past')}
            rows={flat(data)}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<Empty title={t('import.none')}>{t('import.none_next')}</Empty>}
            more={{
              has: past.hasNextPage,
              busy: past.isFetchingNextPage,
              load: () => void past.fetchNextPage(),
            }}
          />
        )}
      </Answer>
    </Stack>
  );
}
