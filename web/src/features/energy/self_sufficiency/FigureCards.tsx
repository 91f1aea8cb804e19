import { Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SelfSufficiency, SelfSufficiencyFigures } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';

const FIGURES = ['generated_within', 'consumed_within', 'matched', 'netted'] as const;

function Cards({ figures }: { figures: SelfSufficiencyFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      {FIGURES.map((figure) => (
        <Paper
          key={figure}
          withBorder
          p="sm"
          component="section"
          aria-label={t(`self_sufficiency.${figure}`)}
          style={figure === 'netted' ? { borderStyle: 'dashed' } : undefined}
        >
          <Text fw={600} size="sm">
            {t(`self_sufficiency.${figure}`)}{' '}
            {figure === 'netted' && <Pill>{t('self_sufficiency.for_comparison')}</Pill>}
          </Text>
          <Text fz={30} fw={700} lh={1.25} c={figure === 'netted' ? 'dimmed' : undefined}>
            {format.percent(figures[figure])}
          </Text>
          <Text size="sm" c="dimmed">
            {t(`self_sufficiency.${figure}_is`)}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

/** Three figures with three names side by side, beside what netting would claim; a model stands apart. */
export function FigureCards({ found }: { found: SelfSufficiency }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { figures, model } = found;
  return (
    <Stack gap="xs">
      <Cards figures={figures} />
      <Text size="sm" c="dimmed">
        {t('self_sufficiency.stands_on', {
          used: format.number(figures.consumption_kwh),
          made: format.number(figures.generation_kwh),
          hours: format.number(figures.hours),
        })}{' '}
        {figures.hours_left_out > 0 &&
          t('self_sufficiency.left_out', { hours: format.number(figures.hours_left_out) })}{' '}
        {found.impossible_slots > 0 &&
          t('self_sufficiency.impossible', { count: found.impossible_slots })}
      </Text>
      {model && (
        <Paper
          withBorder
          p="sm"
          component="section"
          aria-label={t('self_sufficiency.model')}
          style={{ borderStyle: 'dashed' }}
        >
          <Text fw={600} mb={4}>
            {t('self_sufficiency.model_with', { kw: format.number(model.pv_kw) })}{' '}
            <Pill tone="caution">{t('self_sufficiency.model')}</Pill>
          </Text>
          <Text size="sm" mb="xs">
            {t('self_sufficiency.model_is', {
              kwh: format.number(model.clear_sky_kwh),
              tilt: format.number(model.tilt_deg),
              ratio: format.number(model.performance_ratio, 1),
            })}
          </Text>
          <Cards figures={model.figures} />
        </Paper>
      )}
    </Stack>
  );
}
