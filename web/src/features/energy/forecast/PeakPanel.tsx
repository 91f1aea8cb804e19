import { Alert, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Forecast } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { StatusTag } from '../bill/StatusTag';
import { Fact } from '../Fact';
import { drawnPeak, fanRows, type Risk, riskOf } from './fan';

const LOOK: Readonly<Record<Risk, { color: string; Icon: typeof IconCheck }>> = {
  likely: { color: 'red', Icon: IconAlertTriangle },
  possible: { color: 'yellow', Icon: IconAlertTriangle },
  unlikely: { color: 'green', Icon: IconCheck },
  none_counts: { color: 'blue', Icon: IconInfoCircle },
  unknown: { color: 'gray', Icon: IconInfoCircle },
};

/** Whether the day may raise the billing demand, and what that would cost. */
export function PeakPanel({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { counting_peak, peak, over, billing_demand_kw, unknown_months, planned } = forecast;
  const risk = riskOf(forecast);
  const { color, Icon } = LOOK[risk];
  const kw = (value: number | null | undefined) => `${format.number(value, 1)} kW`;
  const won = (value: number) => t('bill.won_of', { won: format.number(value) });
  const drawn = drawnPeak(fanRows(forecast));
  const shown = counting_peak ?? peak;
  const plan = planned
    ? planned.kind === 'shutdown'
      ? t('forecast.planned_shutdown')
      : t('forecast.planned_factor', { percent: planned.factor_percent })
    : t('forecast.planned_none');
  const each = { rate: won(Number(over?.won_per_kw)), months: over?.months };
  const sum = over && {
    kw: format.number(over.kw, 1),
    month_won: won(over.month_won),
    months: over.months,
    won: won(over.won),
  };
  const once = over?.months === 1;
  const words =
    sum && over.kw > 0
      ? t(once ? 'forecast.raise_once' : 'forecast.raise', sum)
      : over && counting_peak
        ? t(once ? 'forecast.raise_each_once' : 'forecast.raise_each', each)
        : t('forecast.raise_never');
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('forecast.peak')}>
      <Stack gap="sm">
        <Alert
          color={color}
          variant="outline"
          p="xs"
          icon={<Icon aria-hidden />}
          title={t(`forecast_risk.${risk}`)}
        >
          {words}
        </Alert>
        <SimpleGrid cols={{ base: 2, md: 4 }} verticalSpacing="xs">
          <Fact
            label={counting_peak ? t('forecast.counting_peak') : t('forecast.all_peak')}
            value={kw(shown.p50_kw)}
            note={t('forecast.peak_range', { low: kw(shown.p10_kw), high: kw(shown.p90_kw) })}
          />
          <Fact
            label={t('bill.demand')}
            value={billing_demand_kw == null ? '–' : kw(billing_demand_kw)}
            note={
              unknown_months.length > 0
                ? t('forecast.demand_unknown', { months: unknown_months.join(', ') })
                : t('forecast.demand_before')
            }
          />
          <Fact
            label={t('forecast.drawn_peak')}
            value={kw(drawn?.actual)}
            note={drawn ? t('forecast.drawn_at', { at: drawn.at }) : t('forecast.drawn_none')}
          />
          <Fact
            label={t('forecast.day_type')}
            value={t(`day_type.${forecast.day_type}`, { defaultValue: forecast.day_type })}
            note={planned?.note ? `${plan} · ${planned.note}` : plan}
          />
        </SimpleGrid>
        {over && (
          <Text size="xs" c="dimmed" component="div">
            {t('forecast.rate', { rate: won(Number(over.won_per_kw)) })}{' '}
            <StatusTag status={over.status} source={over.source} n={undefined} />{' '}
            {t('forecast.rate_more')}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
