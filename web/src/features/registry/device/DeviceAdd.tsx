import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { establishmentsQuery, profilesQuery } from '../../../api/registry';
import type { DeviceKind } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';

export const DEVICE_KINDS = [
  'sensor',
  'meter',
  'gateway',
  'camera',
  'vehicle',
  'sign',
  'other',
] as const satisfies DeviceKind[];

/** Registers one device; with a profile it gets its points at once. */
export function DeviceAdd({ complex, onClose }: { complex: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: profiles = [] } = useQuery(profilesQuery);
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const add = useChange({
    quiet: true,
    refresh: [['devices'], ['points']],
    done: t('ui.added'),
    run: (values: Values) => {
      const { key = '', name = '', kind, lon, lat, ...rest } = filled(values);
      return ok(
        api.POST('/api/v1/devices', {
          body: {
            complex_id: complex,
            key,
            name,
            kind: oneOf(...DEVICE_KINDS)(kind) ?? 'sensor',
            ...rest,
            ...(lon && lat ? { position: { lon: Number(lon), lat: Number(lat) } } : {}),
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('device.add')}
      submit={t('ui.add')}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={(values) => add.mutate(values)}
      fields={[
        {
          name: 'kind',
          label: t('device.kind'),
          type: 'select',
          required: true,
          initial: 'sensor',
          options: DEVICE_KINDS.map((value) => ({ value, label: t(`device_kind.${value}`) })),
        },
        {
          name: 'key',
          label: t('device.key'),
          description: t('device.key_help'),
          required: true,
        },
        { name: 'name', label: t('device.name'), required: true },
        {
          name: 'profile_id',
          label: t('device.profile'),
          description: t('device.profile_help'),
          type: 'select',
          options: profiles.map((each) => ({ value: each.id, label: each.name })),
        },
        {
          name: 'establishment_id',
          label: t('device.establishment'),
          type: 'select',
          options: establishments.map((each) => ({ value: each.id, label: each.name })),
        },
        { name: 'lon', label: t('device.lon'), type: 'number' },
        { name: 'lat', label: t('device.lat'), type: 'number' },
      ]}
    />
  );
}
