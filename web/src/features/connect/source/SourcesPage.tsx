import { Button, Drawer, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { sourcesQuery } from '../../../api/connect';
import { devicesQuery } from '../../../api/registry';
import type { SourceView } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { countOf, whereOf } from './draft';
import { SourceForm } from './SourceForm';
import { SourceState, StatusPanel } from './StatusPanel';

const route = getRouteApi('/app/data/sources');
const NEW = 'new';

function useColumns(complex: string | undefined): Column<SourceView>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each.name]));
  const where = ({ connection }: SourceView) => whereOf(connection);
  const lines = ({ connection }: SourceView) => countOf(connection);
  return [
    {
      id: 'name',
      header: t('source.name'),
      value: (row) => row.name,
      render: (row) => (
        <AnchorLink to="/data/sources" search={(old) => ({ ...old, source: row.id })}>
          {row.name}
        </AnchorLink>
      ),
    },
    {
      id: 'kind',
      header: t('source.kind'),
      value: (row) => t(`source_kind.${row.connection.kind}`),
    },
    {
      id: 'device',
      header: t('source.device'),
      value: (row) => device.get(row.device_id),
      render: (row) => (
        <AnchorLink to="/registry/devices/$device" params={{ device: row.device_id }} size="sm">
          {device.get(row.device_id) ?? t('device.open')}
        </AnchorLink>
      ),
    },
    { id: 'where', header: t('source.where'), value: where },
    {
      id: 'lines',
      header: t('source.lines'),
      align: 'right',
      value: lines,
      render: (row) => format.number(lines(row)),
    },
    {
      id: 'state',
      header: t('source.state'),
      value: (row) => t(`source_state.${row.status.state}`),
      render: (row) => <SourceState state={row.status.state} />,
    },
    {
      id: 'ok',
      header: t('source.last_value'),
      value: (row) => row.status.last_ok_at,
      render: (row) => format.dateTime(row.status.last_ok_at, true),
    },
    {
      id: 'accepted',
      header: t('source.accepted_column'),
      align: 'right',
      value: (row) => row.status.accepted,
      render: (row) => format.number(row.status.accepted),
    },
    {
      id: 'error',
      header: t('source.error'),
      value: (row) => (row.status.state === 'failing' ? row.status.last_error : undefined),
    },
  ];
}

/** What the platform asks by itself: meters over Modbus, servers over OPC UA, and how each is doing. */
export function SourcesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { id: complex } = useComplex();
  const { source: chosen, q } = route.useSearch();
  const navigate = route.useNavigate();
  const [saves, setSaves] = useState(0);
  const [forgetting, setForgetting] = useState(false);
  const sources = useQuery(sourcesQuery(complex));
  const columns = useColumns(complex);
  const source = sources.data?.find((each) => each.id === chosen);
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = devices.find((each) => each.id === source?.device_id);
  const show = (id: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, source: id }) });
  const forget = useChange({
    refresh: [['sources']],
    done: t('source.forgotten'),
    run: (id: string) => ok(api.DELETE('/api/v1/sources/{id}', { params: { path: { id } } })),
    onDone: () => {
      setForgetting(false);
      show(undefined);
    },
  });
  const mayChange = source
    ? may.on('write_registry', scopeOf(device ?? source))
    : may.somewhere('write_registry', complex);

  return (
    <Page
      title={t('source.title')}
      help={t('source.help')}
      asOf={sources.dataUpdatedAt}
      actions={
        <MayButton
          may={may.somewhere('write_registry', complex)}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => show(NEW)}
        >
          {t('source.add')}
        </MayButton>
      }
    >
      <Answer of={sources}>
        {(rows) => (
          <DataTable
            name="sources"
            label={t('source.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            selected={chosen}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('source.none')}>{t('source.none_next')}</Empty>}
          />
        )}
      </Answer>
      {(source || chosen === NEW) && (
        <Drawer
          opened
          onClose={() => show(undefined)}
          position="right"
          size={1_180}
          title={source ? source.name : t('source.add')}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <Stack gap="md">
            {source && <StatusPanel source={source} />}
            <SourceForm
              // After a save the form begins anew, from what was saved.
              key={`${chosen} ${saves}`}
              source={source}
              complex={complex}
              may={mayChange}
              onDone={(id) => {
                setSaves((old) => old + 1);
                show(id);
              }}
            />
            {source && mayChange && (
              <Button
                variant="subtle"
                color="red"
                mr="auto"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setForgetting(true)}
              >
                {t('source.forget')}
              </Button>
            )}
          </Stack>
        </Drawer>
      )}
      {forgetting && source && (
        <Confirm
          opened
          title={t('source.forget')}
          action={t('source.forget')}
          busy={forget.isPending}
          danger
          onClose={() => setForgetting(false)}
          onConfirm={() => forget.mutate(source.id)}
        >
          {t('source.forget_words')}
        </Confirm>
      )}
    </Page>
  );
}
