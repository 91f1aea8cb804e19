import { Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Pill } from '../../../ui/Pill';

interface StatusTagProps {
  status: string;
  source: string;
  /** Its number in the list of sources below the bill. */
  n: number | undefined;
}

/** How sure a rate or rule is, in a word; where it was read stands in the tip and below the bill. */
export function StatusTag({ status, source, n }: StatusTagProps) {
  const { t } = useTranslation();
  const word = t(`bill_status.${status}`, { defaultValue: status });
  return (
    <Tooltip
      label={t('bill.source_tip', { status: word, source })}
      multiline
      maw={360}
      events={{ hover: true, focus: true, touch: true }}
    >
      <UnstyledButton aria-label={t('bill.source_tip', { status: word, source })}>
        <Pill
          tone={status === 'verified' ? 'good' : status === 'unverified' ? 'warning' : 'caution'}
        >
          {word}
          {n !== undefined && <sup>{n}</sup>}
        </Pill>
      </UnstyledButton>
    </Tooltip>
  );
}
