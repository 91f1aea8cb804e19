import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Command, Device } from '../../../api/types';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { objectOf } from './words';

const KINDS = ['sign', 'siren', 'lamp', 'custom'] as const satisfies Command['kind'][];
const EXPIRES_S = ['60', '300', '1800', '3600'] as const;
const SIREN_S_MAX = 600;

interface SendDialogProps {
  devices: readonly Device[];
  device?: string;
  onClose: () => void;
}

/** Asks for device, content, reason and expiry, and sends the command. */
export function SendDialog({ devices, device: chosen, onClose }: SendDialogProps) {
  const { t } = useTranslation();
  const [device, setDevice] = useState<string | null>(chosen ?? devices[0]?.id ?? null);
  const usual = devices.find((each) => each.id === device)?.kind === 'sign' ? 'sign' : 'siren';
  const [picked, setPicked] = useState<Command['kind']>();
  const kind = picked ?? usual;
  const [text, setText] = useState('');
  const [on, setOn] = useState('on');
  const [seconds, setSeconds] = useState<number | string>(30);
  const [reason, setReason] = useState('');
  const [expires, setExpires] = useState<string>(EXPIRES_S[1]);
  const object = objectOf(text);
  const timed = kind === 'siren' && on === 'on' && seconds !== '';
  const payload = {
    sign: { text: text.trim() },
    siren: { on: on === 'on', ...(timed ? { duration_s: Number(seconds) } : {}) },
    lamp: { on: on === 'on' },
    custom: object ?? {},
  }[kind];
  const send = useChange({
    quiet: true,
    refresh: [['commands']],
    done: t('command.sent'),
    onDone: onClose,
    run: (device_id: string) =>
      ok(
        api.POST('/api/v1/commands', {
          body: {
            device_id,
            kind,
            payload: payload as Record<string, never>,
            reason: reason.trim(),
            expires_in_s: Number(expires),
          },
        }),
      ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (device) send.mutate(device);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('command.send')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Select
            label={t('command.device')}
            data={devices.map((each) => ({ value: each.id, label: `${each.name} (${each.key})` }))}
            value={device}
            onChange={setDevice}
            searchable
            required
            allowDeselect={false}
          />
          <Select
            label={t('command.kind')}
            data={KINDS.map((value) => ({ value, label: t(`command.kind_${value}`) }))}
            value={kind}
            onChange={(value) => value && setPicked(value)}
            allowDeselect={false}
          />
          {kind === 'sign' && (
            <TextInput
              label={t('command.text')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              maxLength={200}
              required
              data-autofocus
            />
          )}
          {(kind === 'siren' || kind === 'lamp') && (
            <Group gap="md" align="flex-end">
              <Stack gap={4}>
                <Text size="sm" fw={500}>
                  {t('command.what')}
                </Text>
                <SegmentedControl
                  aria-label={t('command.what')}
                  data={['on', 'off'].map((value) => ({ value, label: t(`command.${value}`) }))}
                  value={on}
                  onChange={setOn}
                />
              </Stack>
              {kind === 'siren' && on === 'on' && (
                <NumberInput
                  label={t('command.duration')}
                  value={seconds}
                  onChange={setSeconds}
                  min={1}
                  max={SIREN_S_MAX}
                  allowDecimal={false}
                  w={160}
                />
              )}
            </Group>
          )}
          {kind === 'custom' && (
            <Textarea
              label={t('command.object')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={text !== '' && !object ? t('command.object_bad') : undefined}
              autosize
              minRows={3}
              required
            />
          )}
          <TextInput
            label={t('command.reason')}
            description={t('command.reason_help')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            required
          />
          <Select
            label={t('command.expires')}
            description={t('command.expires_help')}
            data={EXPIRES_S.map((value) => ({ value, label: t(`command.expires_${value}`) }))}
            value={expires}
            onChange={(value) => value && setExpires(value)}
            allowDeselect={false}
          />
          {send.error && <ErrorState error={send.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button
              type="submit"
              loading={send.isPending}
              disabled={!device || (kind === 'custom' && !object)}
            >
              {t('command.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
