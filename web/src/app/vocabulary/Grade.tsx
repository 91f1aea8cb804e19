import { useTranslation } from 'react-i18next';
import type { Grade } from '../../api/types';
import { Pill } from '../../ui/Pill';

/** Each grade has its own outline, so that colour is never the only sign. */
const SHAPES: Record<Grade, string> = {
  caution: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13z',
  warning: 'M8 1.2 15.2 14.2H.8z',
  danger: 'M8 .6 15.4 8 8 15.4.6 8z',
  emergency: 'M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z',
};

export const GRADE_ORDER: Record<Grade, number> = {
  emergency: 3,
  danger: 2,
  warning: 1,
  caution: 0,
};

export function GradeIcon({ grade, size = 16 }: { grade: Grade; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden focusable="false">
      <path d={SHAPES[grade]} fill="currentColor" />
      <path
        d="M8 4.6v4M8 11v.4"
        stroke={`var(--${grade}-wash)`}
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function GradePill({ grade }: { grade: Grade }) {
  const { t } = useTranslation();
  return (
    <Pill tone={grade} icon={<GradeIcon grade={grade} size={13} />}>
      {t(`grade.${grade}`)}
    </Pill>
  );
}
