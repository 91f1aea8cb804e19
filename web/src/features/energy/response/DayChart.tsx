import { Group, Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DrFitness } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { DayField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { METHOD_NAMES } from './rules';

const COLOURS = {
  light: { actual: '#0b50d0', baseline: '#c2560a' },
  dark: { actual: '#86aff9', baseline: '#f08a3c' },
};

interface DayChartProps {
  fitness: DrFitness;
  onDay: (day: string | undefined) => void;
}

/** One day: what was drawn, and what the baseline said would be. */
export function DayChart({ fitness, onDay }: DayChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const { day } = fitness;
  const option = useMemo((): EChartsCoreOption => {
    const line = (name: string, data: (number | null)[], color: string, dashed: boolean) => ({
      type: 'line',
      step: 'middle',
      name,
      showSymbol: false,
      data,
      lineStyle: { color, width: 2.5, type: dashed ? 'dashed' : 'solid' },
      itemStyle: { color },
    });
    const colours = COLOURS[scheme];
    return {
      animation: false,
      textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
      grid: { left: 8, right: 24, top: 36, bottom: 24, containLabel: true },
      legend: { top: 0, right: 16 },
      tooltip: {
        trigger: 'axis',
        confine: true,
        valueFormatter: (value: number | null) =>
          value === null ? t('response.not_known') : `${format.number(value, 1)} kWh`,
      },
      xAxis: {
        type: 'category',
        data: Array.from({ length: 24 }, (_, hour) => t('response.hour', { hour })),
      },
      yAxis: { type: 'value', name: 'kWh', nameTextStyle: { align: 'left' }, scale: true },
      series: day
        ? [
            line(t('response.actual'), day.actual_kwh, colours.actual, false),
            line(t('response.baseline'), day.baseline_kwh, colours.baseline, true),
          ]
        : [],
    };
  }, [day, scheme, t, format]);
  if (!day) return null;
  const { rules } = fitness.days;
  const sum = (values: (number | null)[], of: (number | null)[]) =>
    values.reduce<number>(
      (all, value, at) => (of[at] === null || value === null ? all : all + value),
      0,
    );
  const told = t('response.day_words', {
    day: format.day(civil(`${day.date}T00:00:00`)),
    actual: format.number(sum(day.actual_kwh, day.baseline_kwh), 0),
    baseline: format.number(sum(day.baseline_kwh, day.actual_kwh), 0),
    first: fitness.first_hour,
    end: fitness.end_hour,
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('response.day')}>
      <Group justify="space-between" align="flex-end" mb={4}>
        <div>
          <Title order={2} size="h4">
            {t('response.day')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('response.day_help', {
              method: METHOD_NAMES[rules.method],
              adjusted: t(`response.adjustment_${rules.adjustment}`),
            })}
          </Text>
        </div>
        <DayField
          label={t('response.date')}
          w={160}
          value={day.date}
          minDate={fitness.from}
          maxDate={fitness.to}
          onChange={(next) => onDay(typeof next === 'string' ? next : undefined)}
        />
      </Group>
      <EChart option={option} height={280} label={told} />
      <Text size="sm">{told}</Text>
      <Text size="sm" c="dimmed">
        {day.days.length > 0
          ? t('response.made_of', { days: day.days.join(', ') })
          : t('response.no_baseline')}
      </Text>
    </Paper>
  );
}
