import { Alert, Button, Code, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Device, Point } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { seoulToIso } from '../../../ui/format';
import { useChange } from '../../../ui/useChange';

interface ReplaceDialogProps {
  device: Device;
  points: readonly Point[];
  onClose: () => void;
}

/** Puts a new device in the place of a broken one; its points keep their history. */
export function ReplaceDialog({ device, points, onClose }: ReplaceDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [version] = useState(device.version);
  const counter = points.find((point) => point.kind === 'counter');
  const replace = useChange({
    quiet: true,
    refresh: [['devices'], ['points'], ['latest'], ['replacements']],
    run: (values: Values) => {
      const { key = '', serial, at, reason, final_value, first_value } = filled(values);
      const number = (text: string | undefined) => (text === undefined ? null : Number(text));
      const readings =
        counter && (final_value ?? first_value) !== undefined
          ? [
              {
                point: counter.key,
                final_value: number(final_value),
                first_value: number(first_value),
              },
            ]
          : [];
      return ok(
        api.POST('/api/v1/devices/{id}/replacement', {
          params: { path: { id: device.id } },
          body: { version, key, serial, reason, readings, ...(at ? { at: seoulToIso(at) } : {}) },
        }),
      );
    },
  });
  if (replace.data) {
    const { device: next, username, password } = replace.data;
    return (
      <Modal
        opened
        onClose={onClose}
        title={t('replacement.done')}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        <Stack gap="sm">
          <Alert color="yellow" variant="outline">
            {t('device.credential_once')}
          </Alert>
          <Text size="sm" c="dimmed">
            {t('device.credential_user')}
          </Text>
          <Code block>{username}</Code>
          <Text size="sm" c="dimmed">
            {t('device.credential_password')}
          </Text>
          <Code block>{password}</Code>
          <Button
            onClick={() => {
              onClose();
              void navigate({ to: '/registry/devices/$device', params: { device: next.id } });
            }}
          >
            {t('device.open')}
          </Button>
        </Stack>
      </Modal>
    );
  }
  return (
    <FormDialog
      title={t('replacement.title')}
      submit={t('replacement.title')}
      busy={replace.isPending}
      error={replace.error}
      onClose={onClose}
      onSubmit={(values) => replace.mutate(values)}
      fields={[
        {
          name: 'key',
          label: t('replacement.key'),
          description: t('replacement.help'),
          required: true,
        },
        { name: 'serial', label: t('device.serial') },
        {
          name: 'at',
          label: t('replacement.at'),
          description: t('replacement.at_help'),
          type: 'datetime-local',
        },
        { name: 'reason', label: t('replacement.reason') },
        ...(counter
          ? ([
              { name: 'final_value', label: t('replacement.final'), type: 'number' },
              { name: 'first_value', label: t('replacement.first'), type: 'number' },
            ] as const)
          : []),
      ]}
    />
  );
}
