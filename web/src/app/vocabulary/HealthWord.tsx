import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClockExclamation,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Pill, type Tone } from '../../ui/Pill';
import type { Health } from './health';

const LOOKS: Record<Health, { tone: Tone; Icon: typeof IconCircleCheck }> = {
  live: { tone: 'good', Icon: IconCircleCheck },
  silent: { tone: 'caution', Icon: IconClockExclamation },
  never: { tone: 'quiet', Icon: IconCircleDashed },
  unknown: { tone: 'quiet', Icon: IconCircleMinus },
};

export function HealthWord({ health }: { health: Health }) {
  const { t } = useTranslation();
  const { tone, Icon } = LOOKS[health];
  return (
    <Pill tone={tone} icon={<Icon size={14} aria-hidden />}>
      {t(`health.${health}`)}
    </Pill>
  );
}
