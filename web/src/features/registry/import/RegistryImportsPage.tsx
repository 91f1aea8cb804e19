import { Alert, Group, SegmentedControl, Stack, Tabs, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, fileBody, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { reviewItemsQuery } from '../../../api/registry';
import type { RegistryImport } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { FileDrop } from '../../../ui/FileDrop';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { PreviewTable } from './PreviewTable';
import { ReviewQueue } from './ReviewQueue';

const route = getRouteApi('/app/registry/imports');
const KINDS = ['establishments', 'devices', 'points'] as const;
type Kind = (typeof KINDS)[number];

function FilePart({ complex }: { complex: string | undefined }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>('establishments');
  const [preview, setPreview] = useState<RegistryImport>();
  const commit = useChange({
    refresh: [['establishments'], ['companies'], ['devices'], ['points'], ['review_items']],
    run: (id: string) =>
      ok(api.POST('/api/v1/registry_imports/{id}/commit', { params: { path: { id } } })),
    onDone: () => setPreview(undefined),
  });
  const look = useChange({
    quiet: true,
    run: (file: File) =>
      ok(
        api.POST('/api/v1/registry_imports', {
          params: { query: { kind, complex: complex ?? '', file_name: file.name } },
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
      <Group gap="sm">
        <Text fw={600}>{t('registry_import.kind')}</Text>
        <SegmentedControl
          aria-label={t('registry_import.kind')}
          value={kind}
          onChange={(value) => setKind(oneOf(...KINDS)(value) ?? kind)}
          data={KINDS.map((value) => ({ value, label: t(`registry_import.kind_${value}`) }))}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {t(`registry_import.columns_${kind}`)}
      </Text>
      <FileDrop
        accept=".csv,.txt,.xlsx"
        label={t('registry_import.drop')}
        hint={complex ? t('registry_import.drop_hint') : t('registry_import.complex_first')}
        disabled={!complex}
        busy={look.isPending}
        onFile={(file) => look.mutate(file)}
      />
      {look.error && <ErrorState error={look.error} />}
      {preview && (
        <PreviewTable
          preview={preview}
          busy={commit.isPending}
          onCommit={() => commit.mutate(preview.id)}
          onDiscard={() => setPreview(undefined)}
        />
      )}
      {commit.isSuccess && (
        <Alert color="green" variant="outline" title={t('registry_import.done')} role="status">
          {t('registry_import.done_next')}
        </Alert>
      )}
    </Stack>
  );
}

/** Brings lists of establishments, devices and points in: look, decide, keep. */
export function RegistryImportsPage() {
  const { t } = useTranslation();
  const { id, all } = useComplex();
  const { tab = 'file' } = route.useSearch();
  const navigate = route.useNavigate();
  const items = useInfiniteQuery(reviewItemsQuery(id));
  const waiting = flat(items.data).length;
  return (
    <Page
      title={t('registry_import.title')}
      help={t('registry_import.help')}
      asOf={items.dataUpdatedAt}
    >
      <Tabs
        value={tab}
        onChange={(value) =>
          navigate({ search: (old) => ({ ...old, tab: oneOf('review')(value) }) })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="file">{t('registry_import.tab_file')}</Tabs.Tab>
          <Tabs.Tab value="review">{t('registry_import.tab_review', { count: waiting })}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="file">
          <FilePart complex={id ?? all[0]?.id} />
        </Tabs.Panel>
        <Tabs.Panel value="review">
          <ReviewQueue />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
