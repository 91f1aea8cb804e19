import { Button, Code, Group, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { profilesQuery, quarantinedDevicesQuery } from '../../../api/registry';
import type { QuarantinedDevice } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { DEVICE_KINDS } from '../device/DeviceAdd';

const route = getRouteApi('/app/registry/quarantine');
const STATES = ['waiting', 'adopted', 'refused'] as const;
const LISTS = [['quarantined_devices'], ['devices'], ['points']];

/** Makes a device of a sender that waits. */
function AdoptDialog({ item, onClose }: { item: QuarantinedDevice; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: profiles = [] } = useQuery(profilesQuery);
  const adopt = useChange({
    quiet: true,
    refresh: LISTS,
    done: t('quarantine.adopted'),
    run: (values: Values) => {
      const { name = '', kind, profile_id, serial, lon, lat } = filled(values);
      return ok(
        api.POST('/api/v1/quarantined_devices/{id}/adopt', {
          params: { path: { id: item.id } },
          body: {
            name,
            kind: oneOf(...DEVICE_KINDS)(kind),
            profile_id,
            serial,
            ...(lon && lat ? { position: { lon: Number(lon), lat: Number(lat) } } : {}),
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('quarantine.adopt_of', { key: item.key })}
      submit={t('quarantine.adopt')}
      busy={adopt.isPending}
      error={adopt.error}
      onClose={onClose}
      onSubmit={(values) => adopt.mutate(values)}
      fields={[
        { name: 'name', label: t('device.name'), required: true, initial: item.key },
        {
          name: 'kind',
          label: t('device.kind'),
          type: 'select',
          required: true,
          initial: 'sensor',
          options: DEVICE_KINDS.map((value) => ({ value, label: t(`device_kind.${value}`) })),
        },
        {
          name: 'profile_id',
          label: t('device.profile'),
          description: t('device.profile_help'),
          type: 'select',
          options: profiles.map((each) => ({ value: each.id, label: each.name })),
        },
        { name: 'serial', label: t('device.serial') },
        { name: 'lon', label: t('device.lon'), type: 'number' },
        { name: 'lat', label: t('device.lat'), type: 'number' },
      ]}
    />
  );
}

/** Senders that nobody registered: adopt them, or say that they are none of ours. */
export function QuarantinePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex } = useComplex();
  const { decision: state = 'waiting' } = route.useSearch();
  const navigate = route.useNavigate();
  const [adopting, setAdopting] = useState<QuarantinedDevice>();
  const list = useQuery(quarantinedDevicesQuery(complex));
  const refuse = useChange({
    refresh: LISTS,
    done: t('quarantine.refused'),
    run: (id: string) =>
      ok(api.POST('/api/v1/quarantined_devices/{id}/refuse', { params: { path: { id } } })),
  });
  const columns: Column<QuarantinedDevice>[] = [
    { id: 'key', header: t('device.key'), value: (row) => row.key },
    { id: 'protocol', header: t('quarantine.protocol'), value: (row) => row.protocol },
    {
      id: 'messages',
      header: t('quarantine.messages'),
      value: (row) => row.messages,
      render: (row) => format.number(row.messages),
      align: 'right',
    },
    {
      id: 'first',
      header: t('quarantine.first'),
      value: (row) => row.first_at,
      render: (row) => format.dateTime(row.first_at),
    },
    {
      id: 'last',
      header: t('quarantine.last'),
      value: (row) => row.last_at,
      render: (row) => format.dateTime(row.last_at),
    },
    {
      id: 'sample',
      header: t('quarantine.sample'),
      value: (row) => row.sample,
      render: (row) => (
        <Code title={row.sample} className="sample">
          {row.sample.slice(0, 80)}
        </Code>
      ),
    },
    {
      id: 'decide',
      header: t('quarantine.decide'),
      value: (row) => row.decided_by,
      render: (row) =>
        row.state === 'adopted' && row.device_id ? (
          <AnchorLink to="/registry/devices/$device" params={{ device: row.device_id }}>
            {t('device.open')}
          </AnchorLink>
        ) : (
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" onClick={() => setAdopting(row)}>
              {t('quarantine.adopt')}
            </Button>
            {row.state === 'waiting' && (
              <Button
                size="compact-sm"
                variant="default"
                loading={refuse.isPending && refuse.variables === row.id}
                onClick={() => refuse.mutate(row.id)}
              >
                {t('quarantine.refuse')}
              </Button>
            )}
          </Group>
        ),
    },
  ];
  return (
    <Page title={t('quarantine.title')} help={t('quarantine.help')} asOf={list.dataUpdatedAt}>
      <Answer of={list}>
        {(rows) => (
          <DataTable
            name="quarantined_devices"
            label={t('quarantine.title')}
            rows={rows.filter((row) => row.state === state)}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<Empty title={t('quarantine.none')}>{t('quarantine.none_next')}</Empty>}
            filters={
              <SegmentedControl
                aria-label={t('device.state')}
                value={state}
                onChange={(value) =>
                  navigate({ search: (old) => ({ ...old, decision: oneOf(...STATES)(value) }) })
                }
                data={STATES.map((value) => ({ value, label: t(`quarantine_state.${value}`) }))}
              />
            }
          />
        )}
      </Answer>
      {adopting && <AdoptDialog item={adopting} onClose={() => setAdopting(undefined)} />}
    </Page>
  );
}
