import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Device } from '../../../api/types';
import { Confirm } from '../../../ui/Confirm';
import { useChange } from '../../../ui/useChange';

interface CredentialDialogProps {
  device: Device;
  onClose: () => void;
}

/** Makes a new credential and shows it this one time. */
export function CredentialDialog({ device, onClose }: CredentialDialogProps) {
  const { t } = useTranslation();
  const make = useChange({
    run: () =>
      ok(api.POST('/api/v1/devices/{id}/credential', { params: { path: { id: device.id } } })),
  });
  if (!make.data) {
    return (
      <Confirm
        opened
        title={t('device.credential')}
        action={t('device.credential_make')}
        busy={make.isPending}
        danger
        onClose={onClose}
        onConfirm={() => make.mutate(undefined)}
      >
        {t('device.credential_warning')}
      </Confirm>
    );
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('device.credential')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        <Alert color="yellow" variant="outline">
          {t('device.credential_once')}
        </Alert>
        {[
          [t('device.credential_user'), make.data.username],
          [t('device.credential_password'), make.data.password],
        ].map(([label = '', secret = '']) => (
          <div key={label}>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Group gap="xs" wrap="nowrap">
              <Code block style={{ flex: 1 }}>
                {secret}
              </Code>
              <CopyButton value={secret}>
                {({ copied, copy }) => (
                  <Button size="xs" variant="default" onClick={copy}>
                    {copied ? t('ui.copied') : t('ui.copy')}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </div>
        ))}
      </Stack>
    </Modal>
  );
}
