import {
  Group,
  Kbd,
  ScrollArea,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alarm } from '../../../api/types';
import { useMay } from '../../../app/permission';
import { unitLabel } from '../../../app/units';
import { GradePill } from '../../../app/vocabulary/Grade';
import { Pill } from '../../../ui/Pill';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { ActionDialog } from './ActionDialog';
import { possibleActions } from './AlarmDetail';
import type { AlarmAction } from './useAlarmActions';
import { alarmTitle, inOrder, isQuiet, neighbour, STATE_TONE } from './words';

interface ItemProps {
  alarm: Alarm;
  where: string | undefined;
  selected: boolean;
  onSelect: () => void;
  onOpen: () => void;
}

function QueueItem({ alarm, where, selected, onSelect, onOpen }: ItemProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const age_s = (now - Date.parse(alarm.raised_at)) / 1_000;
  return (
    <UnstyledButton
      ref={element}
      className="queue-item"
      data-grade={alarm.grade}
      data-selected={selected || undefined}
      data-alarm={alarm.id}
      aria-current={selected || undefined}
      onClick={() => {
        onSelect();
        onOpen();
      }}
      onFocus={onSelect}
    >
      <Group gap={6} justify="space-between" wrap="nowrap">
        <Group gap={6} wrap="nowrap">
          <GradePill grade={alarm.grade} />
          <Pill tone={STATE_TONE[alarm.state]}>{t(`alarm_state.${alarm.state}`)}</Pill>
        </Group>
        <Text size="xs" c="dimmed" title={format.dateTime(alarm.raised_at, true)}>
          {format.ago(age_s)}
        </Text>
      </Group>
      <Text size="sm" fw={alarm.acknowledged ? 400 : 700} mt={2}>
        {alarmTitle(alarm, t)}
      </Text>
      <Group gap={6} justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate>
          {where ?? t('alarm.place_unknown')}
        </Text>
        {alarm.value !== null && alarm.value !== undefined && (
          <Text size="xs" style={{ whiteSpace: 'nowrap' }}>
            {format.number(alarm.value, 1)} {unitLabel(alarm.unit)}
          </Text>
        )}
      </Group>
    </UnstyledButton>
  );
}

interface AlarmQueueProps {
  alarms: readonly Alarm[];
  selected: string | undefined;
  where: (alarm: Alarm) => string | undefined;
  onSelect: (id: string | undefined) => void;
  onOpen: (id: string) => void;
}

/** The queue of the control room: j and k move, a acknowledges, s shelves, Enter opens. */
export function AlarmQueue({ alarms, selected, where, onSelect, onOpen }: AlarmQueueProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [list, setList] = useState<'due' | 'quiet'>('due');
  const [action, setAction] = useState<AlarmAction>();
  const due = inOrder(alarms.filter((alarm) => !isQuiet(alarm)));
  const quiet = inOrder(alarms.filter(isQuiet));
  const shown = list === 'due' ? due : quiet;
  const ids = shown.map((alarm) => alarm.id);
  const current = shown.find((alarm) => alarm.id === selected);

  const act = (wanted: AlarmAction) => {
    if (!current || !may.somewhere('operate', current.complex_id)) return;
    if (possibleActions(current).includes(wanted)) setAction(wanted);
  };
  useHotkeys([
    ['j', () => onSelect(neighbour(ids, selected, 1))],
    ['k', () => onSelect(neighbour(ids, selected, -1))],
    ['a', () => act('acknowledge')],
    ['s', () => act('shelve')],
  ]);

  return (
    <Stack gap="xs" h="100%" className="queue">
      <SegmentedControl
        value={list}
        onChange={(value) => setList(value === 'quiet' ? 'quiet' : 'due')}
        data={[
          { value: 'due', label: t('alarm.queue_due', { count: due.length }) },
          { value: 'quiet', label: t('alarm.queue_quiet', { count: quiet.length }) },
        ]}
        aria-label={t('alarm.queue')}
        fullWidth
      />
      <ScrollArea
        style={{ flex: 1 }}
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('alarm.queue') }}
      >
        <Stack gap={6} data-testid="queue">
          {shown.length === 0 && (
            <Empty title={list === 'due' ? t('alarm.none_due') : t('alarm.none_quiet')}>
              {list === 'due' ? t('alarm.none_due_next') : t('alarm.none_quiet_next')}
            </Empty>
          )}
          {shown.map((alarm) => (
            <QueueItem
              key={alarm.id}
              alarm={alarm}
              where={where(alarm)}
              selected={alarm.id === selected}
              onSelect={() => onSelect(alarm.id)}
              onOpen={() => onOpen(alarm.id)}
            />
          ))}
        </Stack>
      </ScrollArea>
      <Text size="xs" c="dimmed">
        <Kbd size="xs">j</Kbd> <Kbd size="xs">k</Kbd> {t('alarm.key_move')} · <Kbd size="xs">a</Kbd>{' '}
        {t('alarm.act_acknowledge')} · <Kbd size="xs">s</Kbd> {t('alarm.act_shelve')}
      </Text>
      {current && action && (
        <ActionDialog alarm={current} action={action} onClose={() => setAction(undefined)} />
      )}
    </Stack>
  );
}
