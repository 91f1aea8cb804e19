import { CloseButton, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Device, Latest, Point } from '../../../api/types';
import { DeviceKindWord } from '../../../app/vocabulary/DeviceKind';
import { HealthWord } from '../../../app/vocabulary/HealthWord';
import type { DeviceHealth } from '../../../app/vocabulary/health';
import { ReadingAge, ReadingValue } from '../../../app/vocabulary/Reading';
import { ButtonLink } from '../../../ui/links';

interface DevicePanelProps {
  device: Device;
  points: readonly Point[];
  latest: readonly Latest[];
  health: DeviceHealth | undefined;
  onClose: () => void;
}

/** What one device says now, and how old that is. */
export function DevicePanel({ device, points, latest, health, onClose }: DevicePanelProps) {
  const { t } = useTranslation();
  const own = points.filter((point) => point.device_id === device.id);
  const byPoint = new Map(latest.map((item) => [item.point_id, item]));
  return (
    <Paper
      className="map-panel"
      withBorder
      shadow="md"
      p="sm"
      component="section"
      aria-label={device.name}
    >
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text fw={700}>{device.name}</Text>
            <Text size="xs" c="dimmed" component="div">
              <DeviceKindWord kind={device.kind} /> · {device.key}
            </Text>
          </div>
          <Group gap={4} wrap="nowrap">
            <HealthWord health={health?.health ?? 'never'} />
            <CloseButton aria-label={t('ui.close')} onClick={onClose} />
          </Group>
        </Group>
        {own.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('device.no_points')}
          </Text>
        ) : (
          <Table verticalSpacing={3} aria-label={t('device.latest')}>
            <Table.Tbody>
              {own.map((point) => (
                <Table.Tr key={point.id}>
                  <Table.Td>{point.name}</Table.Td>
                  <Table.Td ta="right">
                    <ReadingValue point={point} latest={byPoint.get(point.id)} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <ReadingAge point={point} latest={byPoint.get(point.id)} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group gap="xs">
          <ButtonLink
            size="xs"
            to="/data/chart"
            search={{ points: own.map((point) => point.id).join(','), span: '1d' }}
            disabled={own.length === 0}
          >
            {t('device.chart')}
          </ButtonLink>
          <ButtonLink
            size="xs"
            variant="default"
            to="/registry/devices/$device"
            params={{ device: device.id }}
          >
            {t('device.open')}
          </ButtonLink>
        </Group>
      </Stack>
    </Paper>
  );
}
