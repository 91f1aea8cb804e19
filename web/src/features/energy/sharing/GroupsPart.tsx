import { Group, Paper, Stack, Table, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { sharingGroupsQuery } from '../../../api/energy';
import type { SharingGroup } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { civil, todayOf } from '../time';
import { groupWords, reasonWords } from './words';

const LINES = {
  light: ['#0b50d0', '#9a3b00', '#1f6b3a', '#7a2e8e', '#5c6470'],
  dark: ['#86aff9', '#f5a25d', '#7fd39a', '#d39be6', '#b4bcc6'],
};

/** The hours of all groups that are published. */
function HoursChart({ groups }: { groups: readonly SharingGroup[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  // Before the first published hour there is nothing to draw.
  const first =
    groups.flatMap(({ hours }) => hours.find(({ kwh }) => kwh != null)?.start ?? []).sort()[0] ??
    '';
  const option = useMemo(
    (): EChartsCoreOption => ({
      animation: false,
      color: LINES[scheme],
      textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
      legend: { top: 0, textStyle: { color: scheme === 'dark' ? '#e6e8ea' : '#1e2124' } },
      grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
      tooltip: {
        trigger: 'axis',
        confine: true,
        valueFormatter: (value: unknown) =>
          typeof value === 'number' ? `${format.number(value, 0)} kWh` : '–',
      },
      xAxis: {
        type: 'time',
        axisLabel: { hideOverlap: true, formatter: (at: number) => format.short(at) },
      },
      yAxis: { type: 'value', name: 'kWh', nameTextStyle: { align: 'left' } },
      series: groups.map((group) => ({
        type: 'line',
        name: groupWords(t, group.code),
        showSymbol: false,
        connectNulls: false,
        data: group.hours
          .filter(({ start }) => start >= first)
          .map(({ start, kwh }) => [civil(start), kwh ?? null]),
      })),
    }),
    [groups, first, scheme, t, format],
  );
  return (
    <EChart option={option} height={300} label={t('sharing.chart', { count: groups.length })} />
  );
}

function Why({ group }: { group: SharingGroup }) {
  const { t } = useTranslation();
  if (group.reason) return <>{reasonWords(t, group.reason)}</>;
  const reasons = new Set(group.hours.flatMap(({ reason }) => (reason ? [reason] : [])));
  return <>{[...reasons].map((reason) => reasonWords(t, reason)).join(' ') || '–'}</>;
}

function State({ group }: { group: SharingGroup }) {
  const { t } = useTranslation();
  if (group.published_hours > 0) return <Pill tone="good">{t('sharing.published')}</Pill>;
  if (group.reason || group.suppressed_hours > 0) {
    return <Pill tone="caution">{t('sharing.suppressed')}</Pill>;
  }
  return <Pill>{t('sharing.open')}</Pill>;
}

function GroupTable({ groups }: { groups: readonly SharingGroup[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table aria-label={t('sharing.tab_complex')} verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('sharing.group')}</Table.Th>
            <Table.Th ta="right">{t('sharing.members')}</Table.Th>
            <Table.Th>{t('sharing.state')}</Table.Th>
            <Table.Th ta="right">{t('sharing.hours_published')}</Table.Th>
            <Table.Th ta="right">{t('sharing.hours_suppressed')}</Table.Th>
            <Table.Th ta="right">{t('sharing.sum')} (kWh)</Table.Th>
            <Table.Th>{t('sharing.why')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group) => (
            <Table.Tr key={group.code}>
              <Table.Td>
                {groupWords(t, group.code)} {group.is_mine && <Pill>{t('sharing.mine')}</Pill>}
              </Table.Td>
              <Table.Td ta="right" className="sharing-days">
                {group.member_count ? format.number(group.member_count) : t('sharing.under_five')}
              </Table.Td>
              <Table.Td>
                <State group={group} />
              </Table.Td>
              <Table.Td ta="right">{format.number(group.published_hours)}</Table.Td>
              <Table.Td ta="right">{format.number(group.suppressed_hours)}</Table.Td>
              <Table.Td ta="right">
                {group.published_hours > 0 ? format.number(group.kwh) : '–'}
              </Table.Td>
              <Table.Td>
                <Why group={group} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface GroupsPartProps {
  complex: string;
  month: string | undefined;
  onMonth: (month: string | undefined) => void;
}

/** What is published of the complex, and why the rest is not. */
export function GroupsPart({ complex, month, onMonth }: GroupsPartProps) {
  const { t } = useTranslation();
  const present = todayOf(useNow(60_000)).slice(0, 7);
  const shown = month ?? present;
  const groups = useQuery(sharingGroupsQuery(complex, shown));
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Text size="sm" maw={760}>
          {t('sharing.complex_help')}
        </Text>
        <MonthField
          label={t('bill.month')}
          w={130}
          value={shown}
          onChange={(to) => onMonth(to && to !== present ? to : undefined)}
        />
      </Group>
      <Answer of={groups}>
        {({ items }) => {
          const published = items.filter((group) => group.published_hours > 0);
          return items.length === 0 ? (
            <Empty title={t('sharing.no_groups')}>{t('sharing.no_groups_next')}</Empty>
          ) : (
            <Paper withBorder p="md" component="section" aria-label={t('sharing.tab_complex')}>
              <Title order={2} size="h4" mb="xs">
                {t('sharing.groups')}
              </Title>
              <GroupTable groups={items} />
              {published.length > 0 && <HoursChart groups={published} />}
            </Paper>
          );
        }}
      </Answer>
    </Stack>
  );
}
