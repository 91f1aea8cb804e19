import { Group } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { alarmSummaryQuery } from '../../api/control';
import { GRADES } from '../../api/types';
import { ButtonLink } from '../../ui/links';
import { useFormat } from '../../ui/useFormat';
import { useComplex } from '../complex';
import { GradeIcon } from '../vocabulary/Grade';

/** Open alarms by grade, the worst first; a grade without alarms takes no room. */
export function AlarmBell() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useComplex();
  const { data } = useQuery(alarmSummaryQuery(id));
  const counts = GRADES.filter((grade) => (data?.grades[grade]?.open ?? 0) > 0);
  const words = counts
    .map((grade) => `${t(`grade.${grade}`)} ${data?.grades[grade]?.open}`)
    .join(', ');
  return (
    <ButtonLink
      to="/control"
      variant="subtle"
      color="gray"
      px={8}
      aria-label={words ? t('frame.bell', { counts: words }) : t('frame.bell_none')}
      data-testid="bell"
    >
      <Group gap={6} wrap="nowrap">
        <IconBell size={20} aria-hidden />
        {counts.map((grade) => (
          <span className="pill bell-pill" data-tone={grade} key={grade}>
            <GradeIcon grade={grade} size={13} />
            {format.number(data?.grades[grade]?.open)}
          </span>
        ))}
      </Group>
    </ButtonLink>
  );
}
