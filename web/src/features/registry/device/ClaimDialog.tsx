import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Device } from '../../../api/types';
import { Confirm } from '../../../ui/Confirm';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

/** The server's QR, drawn from its own shapes: the page allows no pictures from data: addresses. */
function Qr({ svg, label }: { svg: string; label: string }) {
  const path = / d="([^"]+)"/.exec(svg)?.[1] ?? '';
  const box = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? '0 0 200 200';
  return (
    <svg viewBox={box} width={200} height={200} role="img" aria-label={label}>
      <rect width="100%" height="100%" fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

/** Issues a claim code and shows its label this one time. */
export function ClaimDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const issue = useChange({
    refresh: [['devices']],
    run: () =>
      ok(
        api.POST('/api/v1/devices/{id}/claim', {
          params: { path: { id: device.id } },
          body: { base_url: window.location.origin },
        }),
      ),
  });
  if (!issue.data) {
    return (
      <Confirm
        opened
        title={t('claim.issue')}
        action={t('claim.issue')}
        busy={issue.isPending}
        onClose={onClose}
        onConfirm={() => issue.mutate(undefined)}
      >
        {t('claim.issue_help')}
      </Confirm>
    );
  }
  const { code, qr_svg, expires_at } = issue.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('claim.label')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        <Alert color="yellow" variant="outline" className="no-print">
          {t('claim.once')}
        </Alert>
        <Stack gap={4} align="center" className="claim-label">
          <Qr svg={qr_svg} label={t('claim.qr_of', { key: device.key })} />
          <Text fw={700}>{device.name}</Text>
          <Text size="sm">{device.key}</Text>
          <Code fz="md">{code}</Code>
          <Text size="xs" c="dimmed">
            {t('claim.until', { time: format.dateTime(expires_at) })}
          </Text>
        </Stack>
        <Group justify="flex-end" className="no-print">
          <Button
            leftSection={<IconPrinter size={16} aria-hidden />}
            onClick={() => window.print()}
          >
            {t('claim.print')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
