import { Alert, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SourceView } from '../../../api/types';
import { Pill, type Tone } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';

const TONES: Record<SourceView['status']['state'], Tone> = {
  ok: 'good',
  waiting: 'quiet',
  disabled: 'quiet',
  failing: 'danger',
};

export function SourceState({ state }: { state: SourceView['status']['state'] }) {
  const { t } = useTranslation();
  return <Pill tone={TONES[state]}>{t(`source_state.${state}`)}</Pill>;
}

/** How a source is doing since the platform started, with its last error in words. */
export function StatusPanel({ source }: { source: SourceView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, failures, accepted, rejected, last_ok_at, last_error, last_error_at } =
    source.status;
  return (
    <Stack gap="xs" role="status" aria-label={t('source.status')}>
      <Group gap="md">
        <SourceState state={state} />
        <Text size="sm">{t('source.last_ok', { at: format.dateTime(last_ok_at, true) })}</Text>
        <Text size="sm">{t('source.accepted', { n: format.number(accepted) })}</Text>
        <Text size="sm">{t('source.rejected', { n: format.number(rejected) })}</Text>
      </Group>
      {last_error && (
        <Alert
          color={state === 'failing' ? 'red' : 'gray'}
          variant="outline"
          title={t('source.last_error', { at: format.dateTime(last_error_at, true), n: failures })}
        >
          <Text size="sm" lang="en" style={{ overflowWrap: 'anywhere' }}>
            {last_error}
          </Text>
        </Alert>
      )}
    </Stack>
  );
}
