import {
  Button,
  Group,
  Modal,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { CorrectionChange, Point, ReadingValue } from '../../../api/types';
import { unitLabel } from '../../../app/units';
import { oneOf } from '../../../ui/search';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { changeOf, type Draft, EMPTY, METHODS } from './change';
import { Preview } from './Preview';

const REASON_MAX = 500;

/** The reading at `from`, or every one until `to`. */
export interface Target {
  from: string;
  to?: string;
  readings: readonly ReadingValue[];
}

interface CorrectDialogProps {
  point: Point;
  target: Target;
  onClose: () => void;
}

/** Puts other values in the place of readings, and shows beforehand what will stand there. */
export function CorrectDialog({ point, target, onClose }: CorrectDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const change = changeOf(draft);
  const save = useChange({
    quiet: true,
    refresh: [['readings'], ['corrections'], ['latest']],
    run: (wanted: CorrectionChange) =>
      ok(
        api.POST('/api/v1/points/{id}/corrections', {
          params: { path: { id: point.id } },
          body: { from: target.from, to: target.to, change: wanted, reason: draft.reason.trim() },
        }),
      ),
    done: t('correction.done'),
    onDone: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change) save.mutate(change);
  };
  const text = (name: 'value' | 'scale' | 'offset') => (
    <TextInput
      label={t(`correction.${name}`)}
      type="number"
      step="any"
      required
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  const unit = unitLabel(point.unit, point.quantity);
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('correction.of', { name: point.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            {target.to
              ? t('correction.span', {
                  from: format.dateTime(target.from, true),
                  to: format.dateTime(target.to, true),
                  n: format.number(target.readings.length),
                })
              : t('correction.single', {
                  at: format.dateTime(target.from, true),
                  value: `${target.readings[0]?.value ?? '–'} ${unit}`.trim(),
                })}
          </Text>
          <SegmentedControl
            aria-label={t('correction.method')}
            value={draft.method}
            onChange={(value) => set({ method: oneOf(...METHODS)(value) ?? draft.method })}
            data={METHODS.map((value) => ({ value, label: t(`correction.method_${value}`) }))}
          />
          <Text size="sm" c="dimmed">
            {t(`correction.help_${draft.method}`)}
          </Text>
          {draft.method === 'set' && text('value')}
          {draft.method === 'linear' && (
            <SimpleGrid cols={2}>
              {text('scale')}
              {text('offset')}
            </SimpleGrid>
          )}
          <Textarea
            label={t('correction.reason')}
            description={t('correction.reason_help')}
            required
            autosize
            minRows={2}
            maxLength={REASON_MAX}
            value={draft.reason}
            onChange={(event) => set({ reason: event.currentTarget.value })}
          />
          {change && <Preview point={point} readings={target.readings} change={change} />}
          <Text size="sm" c="dimmed">
            {t('correction.kept')}
          </Text>
          {Boolean(save.error) && <ErrorState error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={!change || draft.reason.trim() === ''}
            >
              {t('correction.do', { n: format.number(target.readings.length) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
