import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { devicesQuery, profilesQuery } from '../../../api/registry';
import type { DeviceProfile } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const route = getRouteApi('/app/registry/profiles');
export const NEW = 'new';

function useColumns(): Column<DeviceProfile>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: devices = [] } = useQuery(devicesQuery(undefined));
  const count = new Map<string, number>();
  for (const { profile_id: of } of devices) if (of) count.set(of, (count.get(of) ?? 0) + 1);
  const days = (value: number | null | undefined) =>
    value ? t('profile.days', { n: format.number(value) }) : '–';
  return [
    {
      id: 'name',
      header: t('profile.name'),
      value: (row) => row.name,
      render: (row) => (
        <AnchorLink to="/registry/profiles/$profile" params={{ profile: row.id }}>
          {row.name}
        </AnchorLink>
      ),
    },
    { id: 'code', header: t('profile.code'), value: (row) => row.code },
    {
      id: 'metrics',
      header: t('profile.metrics'),
      value: (row) =>
        row.metrics
          .map((metric) => t(`quantity.${metric.quantity}`, { defaultValue: metric.quantity }))
          .join(', '),
    },
    {
      id: 'mapping',
      header: t('profile.message'),
      value: (row) => (row.mapping ? t('profile.mapped') : t('profile.own_form')),
      render: (row) => (
        <Pill tone={row.mapping ? 'good' : 'quiet'}>
          {row.mapping ? t('profile.mapped') : t('profile.own_form')}
        </Pill>
      ),
    },
    {
      id: 'devices',
      header: t('profile.devices'),
      align: 'right',
      value: (row) => count.get(row.id) ?? 0,
      render: (row) => format.number(count.get(row.id) ?? 0),
    },
    {
      id: 'calibration',
      header: t('profile.calibration'),
      align: 'right',
      value: (row) => row.calibration_days,
      render: (row) => days(row.calibration_days),
    },
    {
      id: 'retention',
      header: t('profile.retention'),
      align: 'right',
      value: (row) => row.retention_days,
      render: (row) => (row.retention_days ? days(row.retention_days) : t('profile.for_good')),
    },
  ];
}

/** The models of device: what each measures, and how its messages are read. */
export function ProfilesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const profiles = useQuery(profilesQuery);
  const columns = useColumns();
  return (
    <Page
      title={t('profile.title')}
      help={t('profile.help')}
      asOf={profiles.dataUpdatedAt}
      actions={
        <MayButton
          may={may.on('write_registry', 'system')}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => navigate({ to: '/registry/profiles/$profile', params: { profile: NEW } })}
        >
          {t('profile.add')}
        </MayButton>
      }
    >
      <Answer of={profiles}>
        {(rows) => (
          <DataTable
            name="device_profiles"
            label={t('profile.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('profile.none')}>{t('profile.none_next')}</Empty>}
          />
        )}
      </Answer>
    </Page>
  );
}
