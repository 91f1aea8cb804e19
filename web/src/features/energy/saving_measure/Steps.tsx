import { Code, Paper, Text, Timeline, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SavingMeasure } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';

/** Who submitted, returned and signed, and for which figures. */
export function Steps({
  measure,
  fingerprint,
}: {
  measure: SavingMeasure;
  fingerprint: string | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.steps')}>
      <Title order={2} size="h4" mb="xs">
        {t('saving_measure.steps')}
      </Title>
      {measure.steps.length === 0 ? (
        <Text size="sm">{t('saving_measure.no_steps')}</Text>
      ) : (
        <Timeline active={measure.steps.length - 1} bulletSize={14} lineWidth={2}>
          {measure.steps.map((step) => (
            <Timeline.Item key={`${step.at} ${step.act}`} title={t(`measure_act.${step.act}`)}>
              <Text size="sm">
                {step.by.name} · {format.dateTime(step.at)}
              </Text>
              {step.reason && <Text size="sm">{step.reason}</Text>}
            </Timeline.Item>
          ))}
        </Timeline>
      )}
      {fingerprint && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('saving_measure.fingerprint')} <Code className="fingerprint">{fingerprint}</Code>
        </Text>
      )}
    </Paper>
  );
}
