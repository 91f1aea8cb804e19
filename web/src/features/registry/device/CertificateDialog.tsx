import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { fieldError } from '../../../api/problem';
import type { Device } from '../../../api/types';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';

/** Trusts one more client certificate. */
export function CertificateDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const [pem, setPem] = useState('');
  const add = useChange({
    quiet: true,
    refresh: [['certificates']],
    done: t('ui.saved'),
    run: () =>
      ok(
        api.POST('/api/v1/devices/{id}/certificates', {
          params: { path: { id: device.id } },
          body: { pem },
        }),
      ),
    onDone: onClose,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('certificate.add')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        <Textarea
          label={t('certificate.pem')}
          description={t('certificate.pem_help')}
          autosize
          minRows={6}
          maxRows={12}
          value={pem}
          error={fieldError(add.error, 'pem')}
          onChange={(event) => setPem(event.currentTarget.value)}
        />
        {Boolean(add.error) && <ErrorState error={add.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            loading={add.isPending}
            disabled={pem.trim() === ''}
            onClick={() => add.mutate(undefined)}
          >
            {t('ui.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
