import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Latest, Point } from '../../api/types';
import { Age } from '../../ui/Age';
import { Pill } from '../../ui/Pill';
import { useFormat } from '../../ui/useFormat';
import { useNow } from '../../ui/useNow';
import { decimalsOf, unitLabel } from '../units';
import { silenceLimit } from './health';

const HIDDEN_FLAGS = ['demo', 'imported'];

/** A value with its unit; greyed and in italics once it is old. */
export function ReadingValue({ point, latest }: { point: Point | undefined; latest?: Latest }) {
  const format = useFormat();
  const { t } = useTranslation();
  const now = useNow(10_000);
  if (!latest)
    return (
      <Text span fz="inherit">
        –
      </Text>
    );
  const old = (now - Date.parse(latest.arrived_at)) / 1_000 > silenceLimit(point);
  return (
    <span className={old ? 'old-value' : undefined}>
      {latest.value === null || latest.value === undefined ? (
        t('reading.hidden')
      ) : (
        <>
          <b>{format.number(latest.value, decimalsOf(point))}</b>{' '}
          {unitLabel(point?.unit, point?.quantity)}
        </>
      )}
    </span>
  );
}

export function ReadingAge({ point, latest }: { point: Point | undefined; latest?: Latest }) {
  if (!latest)
    return (
      <Text span fz="inherit">
        –
      </Text>
    );
  return <Age at={latest.at} limit_s={silenceLimit(point)} />;
}

/** What is to be said against a reading. */
export function QualityFlags({ flags }: { flags: readonly string[] }) {
  const { t } = useTranslation();
  const shown = flags.filter((flag) => !HIDDEN_FLAGS.includes(flag));
  if (shown.length === 0)
    return (
      <Text span fz="inherit">
        {t('quality.good')}
      </Text>
    );
  return shown.map((flag) => (
    <Pill tone="caution" key={flag}>
      {t(`quality.${flag}`)}
    </Pill>
  ));
}
