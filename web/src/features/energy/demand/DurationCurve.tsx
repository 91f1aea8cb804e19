import { Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Demand } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { kwAt } from './calendar';

const LINE = { light: '#0b50d0', dark: '#86aff9' };
/** The few hours at the top are what a smaller peak would cost. */
const TOP = 0.01;
const HALF = 0.5;

/** For how many hours the load was at least so large: a steep left end means a peak worth shaving. */
export function DurationCurve({ demand }: { demand: Demand }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const curve = demand.duration;
  const whole = curve.at(-1)?.hours ?? 0;
  const option = useMemo(
    (): EChartsCoreOption => ({
      animation: false,
      textStyle: { fontFamily: "'Pretendard GOV', sans-serif" },
      grid: { left: 8, right: 24, top: 32, bottom: 28, containLabel: true },
      tooltip: {
        trigger: 'axis',
        confine: true,
        formatter: ([row]: { value: [number, number] }[]) =>
          row
            ? t('demand.curve_tip', {
                hours: format.number(row.value[0], 1),
                kw: format.number(row.value[1], 1),
              })
            : '',
      },
      xAxis: {
        type: 'value',
        min: 0,
        max: whole,
        name: t('demand.hours'),
        nameLocation: 'middle',
        nameGap: 26,
        axisLabel: { formatter: (hours: number) => format.number(hours), showMaxLabel: false },
      },
      yAxis: { type: 'value', name: 'kW', nameTextStyle: { align: 'left' } },
      series: [
        {
          type: 'line',
          showSymbol: false,
          data: curve.map(({ hours, kw }) => [hours, kw]),
          lineStyle: { color: LINE[scheme], width: 2 },
          itemStyle: { color: LINE[scheme] },
          areaStyle: { color: LINE[scheme], opacity: 0.14 },
        },
      ],
    }),
    [curve, whole, scheme, t, format],
  );
  if (curve.length === 0) return null;
  const told = t('demand.curve_words', {
    most: format.number(curve[0]?.kw, 1),
    hours: format.number(whole * TOP, 0),
    top: format.number(kwAt(curve, TOP), 1),
    half: format.number(kwAt(curve, HALF), 1),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('demand.curve')}>
      <Title order={2} size="h4">
        {t('demand.curve')}
      </Title>
      <Text size="sm" mb="xs">
        {told}
      </Text>
      <EChart option={option} height={260} label={told} />
    </Paper>
  );
}
