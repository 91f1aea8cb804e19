import { Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Forecast } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';

/** Which of the two forecasts it is, and how both fared on the meter's own last days. */
export function ModelPanel({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { model, mae_base_kwh, mae_model_kwh, tried_days } = forecast.choice;
  const mean =
    forecast.p50_kwh.reduce((sum, kwh) => sum + kwh, 0) / Math.max(forecast.p50_kwh.length, 1);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('forecast.model')}>
      <Title order={2} size="h4">
        {t('forecast.model')}
      </Title>
      <Text size="sm">
        <b>{t(`forecast_model.${model}`, { defaultValue: model })}</b>{' '}
        {tried_days === 0
          ? t('forecast.model_untried')
          : t(model === 'base' ? 'forecast.model_base_why' : 'forecast.model_similar_why', {
              days: tried_days,
            })}
      </Text>
      {tried_days > 0 && (
        <Text size="sm" c="dimmed">
          {t('forecast.model_errors', {
            base: format.number(mae_base_kwh, 2),
            similar: format.number(mae_model_kwh, 2),
            mean: format.number(mean, 2),
          })}
        </Text>
      )}
    </Paper>
  );
}
