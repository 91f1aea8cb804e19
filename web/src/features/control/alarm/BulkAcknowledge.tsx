import {
  Alert,
  Button,
  Group,
  Modal,
  ScrollArea,
  Stack,
  Table,
  Text,
  Textarea,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Alarm } from '../../../api/types';
import { GradePill } from '../../../app/vocabulary/Grade';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { alarmTitle } from './words';

/** What the server takes in one request. */
const MANY_MAX = 1_000;

interface BulkAcknowledgeProps {
  alarms: readonly Alarm[];
  onClose: () => void;
}

/** Acknowledges the chosen alarms in one go, and says of each what became of it. */
export function BulkAcknowledge({ alarms, onClose }: BulkAcknowledgeProps) {
  const { t } = useTranslation();
  // The chosen ones leave the list once they are acknowledged; the result still speaks of them.
  const [asked] = useState(alarms.slice(0, MANY_MAX));
  const [note, setNote] = useState('');
  const change = useChange({
    quiet: true,
    refresh: [['alarms']],
    run: (text: string) =>
      ok(
        api.POST('/api/v1/alarms/acknowledge', {
          body: { ids: asked.map((alarm) => alarm.id), ...(text ? { note: text } : {}) },
        }),
      ),
  });
  const results = new Map(change.data?.results.map((result) => [result.id, result]));
  const refused = [...results.values()].filter((result) => result.code).length;
  const outcome = (id: string) => {
    const result = results.get(id);
    if (!result) return '–';
    if (!result.code) return t('alarm.done_acknowledge');
    return t(`problem.${result.code}`, { defaultValue: '' }) || result.detail || result.code;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(note.trim());
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('alarm.bulk_title', { count: asked.length })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      size="lg"
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {change.data ? (
            <Alert color={refused > 0 ? 'yellow' : 'green'} variant="outline" role="status">
              {refused > 0
                ? t('alarm.bulk_result', { done: results.size - refused, refused })
                : t('alarm.bulk_all', { done: results.size })}
            </Alert>
          ) : (
            <Text size="sm" c="dimmed">
              {t('alarm.bulk_explain')} {t('alarm.bulk_limit', { count: MANY_MAX })}
            </Text>
          )}
          <ScrollArea.Autosize mah={320} type="auto">
            <Table verticalSpacing={4} aria-label={t('alarm.result')}>
              <Table.Tbody>
                {asked.map((alarm) => (
                  <Table.Tr key={alarm.id}>
                    <Table.Td>
                      <GradePill grade={alarm.grade} />
                    </Table.Td>
                    <Table.Td>{alarmTitle(alarm, t)}</Table.Td>
                    {change.data && <Table.Td miw={140}>{outcome(alarm.id)}</Table.Td>}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollArea.Autosize>
          {!change.data && (
            <Textarea
              label={t('alarm.note_optional')}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              data-autofocus
              autosize
              minRows={2}
            />
          )}
          {Boolean(change.error) && <ErrorState error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {change.data ? t('ui.close') : t('ui.cancel')}
            </Button>
            {!change.data && (
              <Button type="submit" loading={change.isPending}>
                {t('alarm.act_acknowledge')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
