import { Alert, Box, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DrFitness } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { bestOf, METHOD_NAMES, verdictOf } from './rules';

const LOOK = {
  fails: { color: 'red', Icon: IconCircleX },
  depends: { color: 'yellow', Icon: IconAlertTriangle },
  passes: { color: 'green', Icon: IconCircleCheck },
} as const;

/** What the market would say, first; then what the figure means and what nobody has verified. */
export function Verdict({ fitness }: { fitness: DrFitness }) {
  const { t } = useTranslation();
  const format = useFormat();
  const verdict = verdictOf(fitness);
  const { color, Icon } = LOOK[verdict];
  const best = bestOf(fitness);
  if (!best) return null;
  const words = {
    passing: fitness.passing,
    all: fitness.methods.length,
    gate: format.number(fitness.gate_percent),
    method: METHOD_NAMES[best.rules.method],
    adjusted: t(`response.adjustment_${best.rules.adjustment}`),
    rrmse: format.number(best.rrmse_percent, 1),
    days: best.days,
  };
  return (
    <Box component="section" aria-label={t('response.verdict')}>
      <Alert
        color={color}
        variant="outline"
        icon={<Icon aria-hidden />}
        title={
          <Text component="h2" size="lg" fw={700} m={0}>
            {t(`response.verdict_${verdict}`)}
          </Text>
        }
      >
        <Stack gap={6}>
          <Text>{t(`response.verdict_${verdict}_why`, words)}</Text>
          <Text size="sm">{t('response.gate_source', words)}</Text>
          <details>
            <summary>{t('response.unverified', { count: fitness.unverified.length })}</summary>
            <List size="sm" mt={4}>
              {fitness.unverified.map((code) => (
                <List.Item key={code}>{t(`response.unverified_${code}`)}</List.Item>
              ))}
            </List>
          </details>
        </Stack>
      </Alert>
    </Box>
  );
}
