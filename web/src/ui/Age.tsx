import { Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './useFormat';
import { useNow } from './useNow';

/** Whether something last heard of at `at` is silent for longer than `limit_s` allows. */
export const isStale = (at: string | number, limit_s: number, now: number) =>
  (now - new Date(at).getTime()) / 1_000 > limit_s;

/** How old a value is; greyed and marked once it is older than its limit. */
export function Age({ at, limit_s }: { at: string; limit_s: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(5_000);
  const seconds = (now - new Date(at).getTime()) / 1_000;
  const stale = seconds > limit_s;
  return (
    <Text
      span
      size="sm"
      className={stale ? 'stale' : undefined}
      title={format.dateTime(at, true)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {stale && (
        <IconClockExclamation size={14} aria-label={t('ui.stale')} className="inline-icon" />
      )}
      {format.ago(seconds)}
    </Text>
  );
}
