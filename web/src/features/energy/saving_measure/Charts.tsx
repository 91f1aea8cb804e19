import { Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeasureResult } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { baselineOption, type ChartWords, cumulativeOption } from './charts';

const HEIGHT = 300;

/** What was drawn beside the baseline, and the saving as it grew; each with its band. */
export function Charts({ result }: { result: MeasureResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const words = useMemo(
    (): ChartWords => ({
      observed: t('saving_measure.observed'),
      fitted: t('saving_measure.fitted'),
      predicted: t('saving_measure.predicted'),
      band: t('saving_measure.at_90'),
      saved: t('saving_measure.cumulative'),
      kwh: (value) => `${format.number(value, 0)} kWh`,
      day: (on) => format.day(civil(`${on.slice(0, 10)}T00:00:00`)),
    }),
    [t, format],
  );
  const compared = useMemo(() => baselineOption(result, scheme, words), [result, scheme, words]);
  const grown = useMemo(() => cumulativeOption(result, scheme, words), [result, scheme, words]);
  const at = result.intervals.find(({ confidence }) => confidence === 0.9);
  const figures = {
    observed: format.number(result.observed_kwh),
    predicted: format.number(result.adjusted_baseline_kwh),
    kwh: format.number(result.saving_kwh),
    half: format.number(at?.plus_minus_kwh),
  };
  return (
    <>
      <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.compared')}>
        <Title order={2} size="h4">
          {t('saving_measure.compared')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('saving_measure.compared_help', {
            half: format.number(result.model.period_plus_minus_kwh),
          })}
        </Text>
        <EChart
          option={compared}
          height={HEIGHT}
          label={t('saving_measure.compared_words', figures)}
        />
      </Paper>
      <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.cumulative')}>
        <Title order={2} size="h4">
          {t('saving_measure.cumulative')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('saving_measure.cumulative_help')}
        </Text>
        <EChart
          option={grown}
          height={HEIGHT}
          label={t('saving_measure.cumulative_words', figures)}
        />
      </Paper>
    </>
  );
}
