import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { deviceHealthQuery } from '../../../api/registry';
import type { DeviceHealth } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { DeviceKindWord } from '../../../app/vocabulary/DeviceKind';
import { HealthWord } from '../../../app/vocabulary/HealthWord';
import { needsCare } from '../../../app/vocabulary/health';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const route = getRouteApi('/app/registry/health');
/** A battery below this share, and a signal below this strength, are worth a look. */
const BATTERY_LOW = 20;
const SIGNAL_WEAK_DBM = -110;
const MISSING_MUCH = 0.05;

/** Whether somebody should look after it: silent, gappy, refused, weak or out of calibration. */
const careFor = (row: DeviceHealth) =>
  needsCare(row.state) ||
  row.rejects > 0 ||
  row.uncalibrated ||
  (row.missing_share ?? 0) > MISSING_MUCH ||
  (row.battery ?? 100) < BATTERY_LOW ||
  (row.signal_dbm ?? 0) < SIGNAL_WEAK_DBM;

function useColumns(): Column<DeviceHealth>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const warn = (bad: boolean, words: string) => (bad ? <Pill tone="caution">{words}</Pill> : words);
  return [
    {
      id: 'name',
      header: t('device.name'),
      value: (row) => row.name,
      render: (row) => (
        <AnchorLink to="/registry/devices/$device" params={{ device: row.device_id }}>
          {row.name}
        </AnchorLink>
      ),
    },
    { id: 'key', header: t('device.key'), value: (row) => row.key, hidden: true },
    {
      id: 'kind',
      header: t('device.kind'),
      value: (row) => t(`device_kind.${row.kind}`),
      render: (row) => <DeviceKindWord kind={row.kind} />,
    },
    {
      id: 'state',
      header: t('device.health'),
      value: (row) => t(`health.${row.state}`),
      render: (row) => <HealthWord health={row.state} />,
    },
    {
      id: 'age',
      header: t('device_health.age'),
      value: (row) => row.age_s,
      render: (row) => (row.age_s == null ? '–' : format.ago(row.age_s)),
      align: 'right',
    },
    {
      id: 'missing',
      header: t('device_health.missing'),
      value: (row) => row.missing_share,
      render: (row) =>
        row.missing_share == null
          ? '–'
          : warn(row.missing_share > MISSING_MUCH, format.percent(row.missing_share)),
      align: 'right',
    },
    {
      id: 'rejects',
      header: t('device_health.rejects'),
      value: (row) => row.rejects,
      render: (row) =>
        row.rejects === 0 ? (
          '0'
        ) : (
          <AnchorLink to="/data/rejects" search={{ device: row.key }}>
            {format.number(row.rejects)}
          </AnchorLink>
        ),
      align: 'right',
    },
    {
      id: 'battery',
      header: t('device_health.battery'),
      value: (row) => row.battery,
      render: (row) =>
        row.battery == null
          ? '–'
          : warn(row.battery < BATTERY_LOW, `${format.number(row.battery)} %`),
      align: 'right',
    },
    {
      id: 'signal',
      header: t('device_health.signal'),
      value: (row) => row.signal_dbm,
      render: (row) =>
        row.signal_dbm == null
          ? '–'
          : warn(row.signal_dbm < SIGNAL_WEAK_DBM, `${format.number(row.signal_dbm)} dBm`),
      align: 'right',
    },
    {
      id: 'calibration',
      header: t('device_health.calibration'),
      value: (row) => row.calibration_until,
      render: (row) =>
        row.uncalibrated ? (
          <Pill tone="caution">{t('device_health.uncalibrated')}</Pill>
        ) : row.calibration_until ? (
          format.day(row.calibration_until)
        ) : (
          '–'
        ),
    },
  ];
}

/** How every device is: whom to visit, and what for. */
export function DeviceHealthPage() {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const { q, care } = route.useSearch();
  const navigate = route.useNavigate();
  const health = useQuery(deviceHealthQuery(complex));
  const columns = useColumns();
  return (
    <Page
      title={t('device_health.title')}
      help={t('device_health.help')}
      asOf={health.dataUpdatedAt}
    >
      <Answer of={health}>
        {({ items }) => (
          <DataTable
            name="device_health"
            label={t('device_health.title')}
            rows={care ? items.filter(careFor) : items}
            columns={columns}
            rowKey={(row) => row.device_id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('device_health.none')}>{t('device_health.none_next')}</Empty>}
            filters={
              <Switch
                label={t('device_health.care_only')}
                checked={care === true}
                onChange={(event) => {
                  const checked = event.currentTarget.checked;
                  navigate({ search: (old) => ({ ...old, care: checked || undefined }) });
                }}
              />
            }
          />
        )}
      </Answer>
    </Page>
  );
}
