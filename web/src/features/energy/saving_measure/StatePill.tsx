import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SavingMeasure } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { STATE_TONES } from './words';

/** Where a measure stands, in a word. */
export function StatePill({ state }: { state: SavingMeasure['state'] }) {
  const { t } = useTranslation();
  return <Pill tone={STATE_TONES[state]}>{t(`measure_state.${state}`)}</Pill>;
}

/** Whether a saving is demonstrated, in a word that stands beside every figure. */
export function DemonstratedPill({ demonstrated }: { demonstrated: boolean }) {
  const { t } = useTranslation();
  return demonstrated ? (
    <Pill tone="good" icon={<IconCheck size={14} aria-hidden />}>
      {t('saving_measure.demonstrated')}
    </Pill>
  ) : (
    <Pill tone="warning" icon={<IconX size={14} aria-hidden />}>
      {t('saving_measure.not_demonstrated')}
    </Pill>
  );
}
