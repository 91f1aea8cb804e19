import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alarm } from '../../../api/types';
import { GradePill } from '../../../app/vocabulary/Grade';
import { useFormat } from '../../../ui/useFormat';
import { type AlarmAction, useAlarmActions } from './useAlarmActions';
import { alarmTitle } from './words';

const SHELF_MINUTES = ['30', '60', '240', '480', '720'] as const;
/** Actions that need a text, and how its field is called. */
const NEEDS_TEXT: Partial<Record<AlarmAction, 'reason' | 'work_order'>> = {
  shelve: 'reason',
  suppress: 'reason',
  out_of_service: 'work_order',
};
const MAY_NOTE: readonly AlarmAction[] = ['acknowledge', 'reset'];

interface ActionDialogProps {
  alarm: Alarm;
  action: AlarmAction;
  onClose: () => void;
}

/** Asks for what an action needs: an optional note, a reason with an end, or a work order. */
export function ActionDialog({ alarm, action, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState<string>(SHELF_MINUTES[1]);
  const actions = useAlarmActions(onClose);
  const needed = NEEDS_TEXT[action];
  const until = new Date(Date.now() + Number(minutes) * 60_000).toISOString();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions[action].mutate({ id: alarm.id, text: text.trim(), until });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`alarm.act_${action}`)}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      size="lg"
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <GradePill grade={alarm.grade} />
            <Text fw={600}>{alarmTitle(alarm, t)}</Text>
          </Group>
          <Text size="sm" c="dimmed">
            {t(`alarm.explain_${action}`)}
          </Text>
          {action === 'shelve' && (
            <Select
              label={t('alarm.shelve_until')}
              data={SHELF_MINUTES.map((value) => ({ value, label: t(`alarm.shelf_${value}`) }))}
              value={minutes}
              onChange={(value) => value && setMinutes(value)}
              description={format.dateTime(until)}
              allowDeselect={false}
            />
          )}
          {MAY_NOTE.includes(action) && (
            <Textarea
              label={t('alarm.note_optional')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
              autosize
              minRows={2}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
                  submit(event);
                }
              }}
            />
          )}
          {needed && (
            <TextInput
              label={t(`alarm.${needed}`)}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              required
              data-autofocus
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={actions[action].isPending}>
              {t(`alarm.act_${action}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
