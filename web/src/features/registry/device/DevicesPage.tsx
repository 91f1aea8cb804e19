import { Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery, establishmentsQuery, pointsQuery } from '../../../api/registry';
import { latestQuery } from '../../../api/telemetry';
import type { Device } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { DeviceKindWord } from '../../../app/vocabulary/DeviceKind';
import { HealthWord } from '../../../app/vocabulary/HealthWord';
import { type DeviceHealth, healthOf, needsCare } from '../../../app/vocabulary/health';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { DeviceAdd } from './DeviceAdd';

const route = getRouteApi('/app/registry/devices');

function useColumns(
  complex: string | undefined,
  health: ReadonlyMap<string, DeviceHealth>,
  now: number,
): Column<Device>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const owner = new Map(establishments.map((each) => [each.id, each.name]));
  const heard = (device: Device) => health.get(device.id)?.heard_at;
  return [
    {
      id: 'name',
      header: t('device.name'),
      value: (device) => device.name,
      render: (device) => (
        <AnchorLink to="/registry/devices/$device" params={{ device: device.id }}>
          {device.name}
        </AnchorLink>
      ),
    },
    { id: 'key', header: t('device.key'), value: (device) => device.key },
    {
      id: 'kind',
      header: t('device.kind'),
      value: (device) => t(`device_kind.${device.kind}`),
      render: (device) => <DeviceKindWord kind={device.kind} />,
    },
    {
      id: 'establishment',
      header: t('device.establishment'),
      value: (device) => owner.get(device.establishment_id ?? ''),
    },
    {
      id: 'health',
      header: t('device.health'),
      value: (device) =>
        device.state === 'retired'
          ? t('device_state.retired')
          : t(`health.${health.get(device.id)?.health ?? 'never'}`),
      render: (device) =>
        device.state === 'retired' ? (
          <Pill tone="quiet">{t('device_state.retired')}</Pill>
        ) : (
          <HealthWord health={health.get(device.id)?.health ?? 'never'} />
        ),
    },
    {
      id: 'heard',
      header: t('device.heard'),
      value: heard,
      render: (device) => {
        const at = heard(device);
        if (!at) return '–';
        return (
          <span title={format.dateTime(at, true)}>
            {format.ago((now - Date.parse(at)) / 1_000)}
          </span>
        );
      },
    },
    {
      id: 'state',
      header: t('device.state'),
      value: (device) => t(`device_state.${device.state}`),
      hidden: true,
    },
  ];
}

/** Every device of the complex, and whether it speaks. */
export function DevicesPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { id: complex, all } = useComplex();
  const { q, silent } = route.useSearch();
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  const now = useNow(10_000);
  const devices = useQuery(devicesQuery(complex));
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const latest = useQuery(latestQuery({ complex }));
  const health = healthOf(devices.data ?? [], points, latest.data ?? [], now);
  const columns = useColumns(complex, health, now);
  const target = complex ?? all[0]?.id;

  return (
    <Page
      title={t('device.title')}
      help={t('device.help')}
      asOf={latest.dataUpdatedAt || devices.dataUpdatedAt}
      actions={
        <MayButton
          may={grants.somewhere('write_registry', complex)}
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={!target}
          onClick={() => setAdding(true)}
        >
          {t('device.add')}
        </MayButton>
      }
    >
      <Answer of={devices}>
        {(rows) => (
          <DataTable
            name="devices"
            label={t('device.title')}
            rows={silent ? rows.filter((row) => needsCare(health.get(row.id)?.health)) : rows}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('device.none')}>{t('device.none_next')}</Empty>}
            filters={
              <Switch
                label={t('control.silent_only')}
                checked={silent === true}
                onChange={(event) => {
                  const checked = event.currentTarget.checked;
                  navigate({ search: (old) => ({ ...old, silent: checked || undefined }) });
                }}
              />
            }
          />
        )}
      </Answer>
      {adding && target && <DeviceAdd complex={target} onClose={() => setAdding(false)} />}
    </Page>
  );
}
