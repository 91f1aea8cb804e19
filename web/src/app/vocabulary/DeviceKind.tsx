import {
  IconCar,
  IconCircuitSwitchOpen,
  IconCpu,
  IconGauge,
  IconRouter,
  IconSignRight,
  IconVideo,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DeviceKind } from '../../api/types';

const ICONS: Record<DeviceKind, typeof IconCpu> = {
  sensor: IconGauge,
  meter: IconCircuitSwitchOpen,
  gateway: IconRouter,
  camera: IconVideo,
  vehicle: IconCar,
  sign: IconSignRight,
  other: IconCpu,
};

export function DeviceKindWord({ kind }: { kind: DeviceKind }) {
  const { t } = useTranslation();
  const Icon = ICONS[kind];
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <Icon size={16} aria-hidden className="inline-icon" />
      {t(`device_kind.${kind}`)}
    </span>
  );
}
