import { Code, Group, SimpleGrid, Stack, Text, Timeline, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery, transitionsQuery } from '../../../api/control';
import { pointsQuery } from '../../../api/registry';
import type { Alarm, Transition } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { unitLabel } from '../../../app/units';
import { GradePill } from '../../../app/vocabulary/Grade';
import { ButtonLink } from '../../../ui/links';
import { Pill } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import type { AlarmAction } from './useAlarmActions';
import { alarmTitle, isQuiet, STATE_TONE, subjectOf, wordOf } from './words';

/** What can be done to an alarm in its present state. */
export function possibleActions(alarm: Alarm): AlarmAction[] {
  if (alarm.state === 'normal') return [];
  if (alarm.suppression === 'shelved') return ['unshelve'];
  if (alarm.suppression === 'suppressed') return ['unsuppress'];
  if (alarm.suppression === 'out_of_service') return ['return_to_service'];
  const first: AlarmAction[] = alarm.acknowledged ? [] : ['acknowledge'];
  const reset: AlarmAction[] =
    alarm.latched && alarm.acknowledged && alarm.condition === 'returned' ? ['reset'] : [];
  return [...first, ...reset, 'shelve', 'suppress', 'out_of_service'];
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" size="sm">
        {children}
      </Text>
    </div>
  );
}

function History({ items }: { items: readonly Transition[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Timeline bulletSize={14} lineWidth={2} active={items.length} data-testid="transitions">
      {items.map((item) => (
        <Timeline.Item
          key={item.version}
          title={
            <Text size="sm" fw={600}>
              {t(`alarm_operation.${item.operation}`)}
            </Text>
          }
        >
          <Text size="sm">
            {format.dateTime(item.at, true)} · {t(`actor.${item.by.kind}`)} {item.by.name}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`alarm_state.${item.from}`)} → {t(`alarm_state.${item.to}`)}
          </Text>
          {item.why && <Text size="sm">{item.why}</Text>}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Guidance({ alarm }: { alarm: Alarm }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: rules } = useQuery(rulesQuery(alarm.complex_id));
  const rule = rules?.find((each) => each.id === alarm.rule_id);
  if (!rule) return null;
  return (
    <Stack gap={6} className="guidance">
      <Title order={3} size="h5">
        {t('alarm.what_to_do')}
      </Title>
      <Text size="sm">{rule.rationale.corrective_action}</Text>
      <Text size="sm" c="dimmed">
        {t('alarm.cause')}: {rule.rationale.cause}
      </Text>
      <Text size="sm" c="dimmed">
        {t('alarm.consequence')}: {rule.rationale.consequence}
      </Text>
      <Text size="sm" c="dimmed">
        {t('alarm.respond_within', {
          minutes: format.number(rule.rationale.time_to_respond_s / 60),
        })}
      </Text>
    </Stack>
  );
}

interface AlarmDetailProps {
  alarm: Alarm;
  onAction: (action: AlarmAction) => void;
}

/** One alarm whole: what, where, what to do, who did what so far. */
export function AlarmDetail({ alarm, onAction }: AlarmDetailProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const history = useQuery(transitionsQuery(alarm.id));
  const { data: points = [] } = useQuery(pointsQuery({ complex: alarm.complex_id }));
  const subject = subjectOf(alarm.subject);
  const point = points.find((each) => each.id === subject.id);
  const device = alarm.device_id ?? point?.device_id;
  const actions = possibleActions(alarm);
  const may = useMay();

  return (
    <Stack gap="md">
      <Group gap="xs">
        <GradePill grade={alarm.grade} />
        <Pill tone={STATE_TONE[alarm.state]}>{t(`alarm_state.${alarm.state}`)}</Pill>
        {alarm.count > 1 && <Pill>{t('alarm.times', { count: alarm.count })}</Pill>}
      </Group>
      <Title order={2} size="h4">
        {alarmTitle(alarm, t)}
      </Title>
      {alarm.shelve_asked_by && (
        <Text size="sm" fw={600}>
          {t('alarm.shelve_asked', { name: alarm.shelve_asked_by })}
        </Text>
      )}
      <Group gap="xs">
        {actions.map((action, index) => (
          <MayButton
            key={action}
            may={may.somewhere('operate', alarm.complex_id)}
            size="sm"
            variant={index === 0 ? 'filled' : 'default'}
            onClick={() => onAction(action)}
          >
            {t(`alarm.act_${action}`)}
          </MayButton>
        ))}
      </Group>
      <SimpleGrid cols={2} spacing="sm">
        <Fact label={t('alarm.raised_at')}>{format.dateTime(alarm.raised_at, true)}</Fact>
        <Fact label={t('alarm.returned_at')}>{format.dateTime(alarm.returned_at, true)}</Fact>
        <Fact label={t('alarm.value')}>
          {alarm.value_hidden
            ? t('reading.hidden')
            : `${format.number(alarm.value, 2)} ${unitLabel(alarm.unit)}`}
        </Fact>
        <Fact label={t('alarm.acknowledged_by')}>{alarm.acknowledged_by ?? '–'}</Fact>
        {isQuiet(alarm) && alarm.shelved_until && (
          <Fact label={t('alarm.shelve_until')}>{format.dateTime(alarm.shelved_until)}</Fact>
        )}
        {alarm.suppression_reason && (
          <Fact label={t('alarm.reason')}>{alarm.suppression_reason}</Fact>
        )}
        <Fact label={t('alarm.source')}>
          {t(`alarm_source.${wordOf(alarm.source)}`, { defaultValue: alarm.source })}
        </Fact>
      </SimpleGrid>
      <Group gap="xs">
        {point && (
          <ButtonLink to="/data/chart" search={{ points: point.id, span: '1d' }} variant="light">
            {t('alarm.open_chart')}
          </ButtonLink>
        )}
        {device && (
          <ButtonLink to="/registry/devices/$device" params={{ device }} variant="light">
            {t('alarm.open_device')}
          </ButtonLink>
        )}
      </Group>
      <Guidance alarm={alarm} />
      <Title order={3} size="h5">
        {t('alarm.history')}
      </Title>
      <Answer of={history}>{(items) => <History items={items} />}</Answer>
      <Text size="xs" c="dimmed">
        {t('alarm.id')} <Code>{alarm.id}</Code>
      </Text>
    </Stack>
  );
}
