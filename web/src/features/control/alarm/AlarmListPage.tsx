import { Group, Paper, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alarmListQuery, alarmSummaryQuery } from '../../../api/control';
import { flat } from '../../../api/paging';
import { type Alarm, GRADES } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { unitLabel } from '../../../app/units';
import { GRADE_ORDER, GradePill } from '../../../app/vocabulary/Grade';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { AlarmDrawer } from './AlarmDrawer';
import { BulkAcknowledge } from './BulkAcknowledge';
import { alarmTitle, needsNotice, STATE_TONE } from './words';

const route = getRouteApi('/app/control/alarms');

/** Minutes from the alarm to the moment somebody took note. */
function minutesToNotice(alarm: Alarm): number | undefined {
  if (!alarm.acknowledged_at) return undefined;
  return (Date.parse(alarm.acknowledged_at) - Date.parse(alarm.raised_at)) / 60_000;
}

function median(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function Figure({ label, children }: { label: React.ReactNode; children: React.ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Text size="sm" c="dimmed" component="div">
        {label}
      </Text>
      <Text fz={24} fw={700}>
        {children}
      </Text>
    </Paper>
  );
}

function Statistics({ alarms }: { alarms: readonly Alarm[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useComplex();
  const { data: summary } = useQuery(alarmSummaryQuery(id));
  const noticed = alarms.flatMap((alarm) => minutesToNotice(alarm) ?? []);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
      {GRADES.map((grade) => (
        <Figure key={grade} label={<GradePill grade={grade} />}>
          {format.number(summary?.grades[grade]?.open)}{' '}
          <Text span size="sm" c="dimmed">
            {t('alarm.open_now')}
          </Text>
        </Figure>
      ))}
      <Figure label={t('alarm.median_notice')}>
        {format.number(median(noticed), 1)}{' '}
        <Text span size="sm" c="dimmed">
          {t('alarm.minutes_of', { count: noticed.length })}
        </Text>
      </Figure>
    </SimpleGrid>
  );
}

function useColumns(): Column<Alarm>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'grade',
      header: t('alarm.grade'),
      value: (alarm) => `${GRADE_ORDER[alarm.grade]} ${t(`grade.${alarm.grade}`)}`,
      render: (alarm) => <GradePill grade={alarm.grade} />,
    },
    {
      id: 'title',
      header: t('alarm.what'),
      value: (alarm) => alarmTitle(alarm, t),
      render: (alarm) => (
        <AnchorLink
          to="/control/alarms"
          search={(old) => ({ ...old, alarm: alarm.id })}
          underline="hover"
        >
          {alarmTitle(alarm, t)}
        </AnchorLink>
      ),
    },
    {
      id: 'state',
      header: t('alarm.state'),
      value: (alarm) => t(`alarm_state.${alarm.state}`),
      render: (alarm) => (
        <Pill tone={STATE_TONE[alarm.state]}>{t(`alarm_state.${alarm.state}`)}</Pill>
      ),
    },
    {
      id: 'value',
      header: t('alarm.value'),
      align: 'right',
      value: (alarm) => alarm.value,
      render: (alarm) =>
        alarm.value_hidden
          ? t('reading.hidden')
          : `${format.number(alarm.value, 1)} ${unitLabel(alarm.unit)}`,
    },
    {
      id: 'raised_at',
      header: t('alarm.raised_at'),
      value: (alarm) => alarm.raised_at,
      render: (alarm) => format.dateTime(alarm.raised_at, true),
    },
    {
      id: 'returned_at',
      header: t('alarm.returned_at'),
      value: (alarm) => alarm.returned_at,
      render: (alarm) => format.dateTime(alarm.returned_at),
      hidden: true,
    },
    {
      id: 'acknowledged_by',
      header: t('alarm.acknowledged_by'),
      value: (alarm) => alarm.acknowledged_by,
    },
    { id: 'count', header: t('alarm.count'), align: 'right', value: (alarm) => alarm.count },
  ];
}

/** Every alarm of the complex, with figures that say whether the room keeps up. */
export function AlarmListPage() {
  const { t } = useTranslation();
  const { id } = useComplex();
  const { state = 'open', grade, alarm, q } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(alarmListQuery({ complex: id, state, grade }));
  const rows = flat(list.data);
  const columns = useColumns();
  const may = useMay();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const due = rows.filter((row) => chosen.has(row.id) && needsNotice(row));

  return (
    <Page
      title={t('alarm.title')}
      help={t('alarm.help')}
      asOf={list.dataUpdatedAt}
      actions={
        <MayButton
          may={may.somewhere('operate', id)}
          disabled={may.somewhere('operate', id) && due.length === 0}
          onClick={() => setAsking(true)}
        >
          {t('alarm.bulk')}
          {due.length > 0 && ` (${due.length})`}
        </MayButton>
      }
    >
      <Stack gap="md">
        <Statistics alarms={rows} />
        <Answer of={list}>
          {() => (
            <DataTable
              name="alarms"
              label={t('alarm.title')}
              rows={rows}
              columns={columns}
              rowKey={(row) => row.id}
              selected={alarm}
              choose={
                may.somewhere('operate', id)
                  ? { chosen, can: needsNotice, onChange: setChosen }
                  : undefined
              }
              search={q ?? ''}
              onSearch={(text) =>
                navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
              }
              empty={<Empty title={t('alarm.none')}>{t('alarm.none_next')}</Empty>}
              more={{
                has: list.hasNextPage,
                busy: list.isFetchingNextPage,
                load: () => void list.fetchNextPage(),
              }}
              filters={
                <Group gap="xs">
                  <SegmentedControl
                    aria-label={t('alarm.which')}
                    value={state}
                    onChange={(value) =>
                      navigate({
                        search: (old) => ({ ...old, state: value === 'all' ? 'all' : undefined }),
                      })
                    }
                    data={[
                      { value: 'open', label: t('alarm.which_open') },
                      { value: 'all', label: t('alarm.which_all') },
                    ]}
                  />
                  <Select
                    aria-label={t('alarm.grade')}
                    placeholder={t('alarm.every_grade')}
                    clearable
                    w={140}
                    value={grade ?? null}
                    onChange={(value) =>
                      navigate({
                        search: (old) => ({
                          ...old,
                          grade: GRADES.find((each) => each === value),
                        }),
                      })
                    }
                    data={GRADES.map((value) => ({ value, label: t(`grade.${value}`) }))}
                  />
                </Group>
              }
            />
          )}
        </Answer>
      </Stack>
      {asking && (
        <BulkAcknowledge
          alarms={due}
          onClose={() => {
            setAsking(false);
            setChosen(new Set());
          }}
        />
      )}
      {alarm && (
        <AlarmDrawer
          id={alarm}
          onClose={() => navigate({ search: (old) => ({ ...old, alarm: undefined }) })}
        />
      )}
    </Page>
  );
}
