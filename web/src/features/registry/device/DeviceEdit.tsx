import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { devicesQuery, establishmentsQuery, profilesQuery } from '../../../api/registry';
import type { Device } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { seoulToIso } from '../../../ui/format';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';

const STATES = ['active', 'retired'] as const satisfies Device['state'][];
const COMMISSIONING = [
  'planned',
  'installed',
  'in_service',
] as const satisfies Device['commissioning'][];
const LISTS = [['devices'], ['points'], ['latest']];

interface DialogProps {
  device: Device;
  onClose: () => void;
}

/** Changes a device's name, place and state; a retired one can be made active again. */
export function DeviceEdit({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(device.version);
  const { data: profiles = [] } = useQuery(profilesQuery);
  const { data: devices = [] } = useQuery(devicesQuery(device.complex_id));
  const change = useChange({
    quiet: true,
    refresh: LISTS,
    done: t('ui.saved'),
    run: (values: Values) => {
      const { name, state, lon, lat, profile_id, gateway_id, serial, commissioning } =
        filled(values);
      return ok(
        api.PATCH('/api/v1/devices/{id}', {
          params: { path: { id: device.id } },
          body: {
            version,
            name,
            state: oneOf(...STATES)(state),
            profile_id: profile_id ?? null,
            gateway_id: gateway_id ?? null,
            serial: serial ?? null,
            commissioning: oneOf(...COMMISSIONING)(commissioning),
            position: lon && lat ? { lon: Number(lon), lat: Number(lat) } : null,
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('device.edit')}
      submit={t('ui.save')}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={(values) => change.mutate(values)}
      fields={[
        { name: 'name', label: t('device.name'), required: true, initial: device.name },
        {
          name: 'state',
          label: t('device.state'),
          description: t('device.state_help'),
          type: 'select',
          required: true,
          initial: device.state,
          options: STATES.map((value) => ({ value, label: t(`device_state.${value}`) })),
        },
        {
          name: 'profile_id',
          label: t('device.profile'),
          description: t('device.profile_later'),
          type: 'select',
          initial: device.profile_id ?? undefined,
          options: profiles.map((each) => ({ value: each.id, label: each.name })),
        },
        {
          name: 'gateway_id',
          label: t('device.gateway'),
          type: 'select',
          initial: device.gateway_id ?? undefined,
          options: devices
            .filter((each) => each.kind === 'gateway' && each.id !== device.id)
            .map((each) => ({ value: each.id, label: each.name })),
        },
        { name: 'serial', label: t('device.serial'), initial: device.serial ?? undefined },
        {
          name: 'commissioning',
          label: t('device.commissioning'),
          type: 'select',
          required: true,
          initial: device.commissioning,
          options: COMMISSIONING.map((value) => ({ value, label: t(`commissioning.${value}`) })),
        },
        {
          name: 'lon',
          label: t('device.lon'),
          type: 'number',
          initial: device.position?.lon.toString(),
        },
        {
          name: 'lat',
          label: t('device.lat'),
          type: 'number',
          initial: device.position?.lat.toString(),
        },
      ]}
    />
  );
}

/** Hands a device to another tenant, or to the complex; readings of before stay with the owner of before. */
export function DeviceTransfer({ device, onClose }: DialogProps) {
  const { t } = useTranslation();
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(device.version);
  const { data: establishments = [] } = useQuery(establishmentsQuery(device.complex_id));
  const change = useChange({
    quiet: true,
    refresh: LISTS,
    done: t('device.transfer_done'),
    run: (values: Values) => {
      const { establishment_id, from } = filled(values);
      return ok(
        api.POST('/api/v1/devices/{id}/transfer', {
          params: { path: { id: device.id } },
          body: {
            version,
            establishment_id,
            ...(from ? { from: seoulToIso(from) } : {}),
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('device.transfer')}
      submit={t('device.transfer')}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={(values) => change.mutate(values)}
      fields={[
        {
          name: 'establishment_id',
          label: t('device.transfer_to'),
          description: t('device.transfer_help'),
          type: 'select',
          options: establishments
            .filter((each) => each.state === 'open' && each.id !== device.establishment_id)
            .map((each) => ({ value: each.id, label: each.name })),
        },
        {
          name: 'from',
          label: t('device.transfer_from'),
          description: t('device.transfer_from_help'),
          type: 'datetime-local',
        },
      ]}
    />
  );
}
