import {
  Autocomplete,
  Button,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metric } from '../../../api/types';
import { SENT_UNITS, STORED_UNITS, unitLabel } from '../../../app/units';
import type { Values } from '../../../ui/FieldsForm';
import { metricOf, valuesOf } from './draft';

const KINDS = ['gauge', 'counter', 'interval'] as const satisfies Metric['kind'][];

interface MetricDialogProps {
  metric: Metric | undefined;
  onClose: () => void;
  onSave: (metric: Metric) => void;
}

/** One thing that a device measures: its key in the message, unit, plausible range and doubts. */
export function MetricDialog({ metric, onClose, onSave }: MetricDialogProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>(() =>
    metric ? valuesOf(metric) : { kind: 'gauge', expected_interval_s: '60' },
  );
  const set = (name: string, value: string | null) =>
    setValues((old) => ({ ...old, [name]: value ?? '' }));
  const stored = STORED_UNITS[values.quantity ?? ''];
  const unit = unitLabel(stored, values.quantity);
  const text = (name: string, more: Partial<Parameters<typeof TextInput>[0]> = {}) => (
    <TextInput
      label={t(`metric.${name}`)}
      autoComplete="off"
      value={values[name] ?? ''}
      onChange={(event) => set(name, event.currentTarget.value)}
      {...more}
    />
  );
  const figure = (name: string, more: Partial<Parameters<typeof TextInput>[0]> = {}) =>
    text(name, { type: 'number', step: 'any', ...more });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(metricOf(values));
  };
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={metric ? t('metric.change') : t('metric.add')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
            <Select
              label={t('metric.quantity')}
              required
              searchable
              data-autofocus
              value={values.quantity || null}
              onChange={(value) => {
                const key = values.key?.trim() ? values.key : (value ?? '');
                setValues((old) => ({ ...old, quantity: value ?? '', key, sent_unit: '' }));
              }}
              data={Object.keys(STORED_UNITS).map((code) => ({
                value: code,
                label: `${t(`quantity.${code}`)} (${unitLabel(STORED_UNITS[code], code) || '1'})`,
              }))}
            />
            {text('key', {
              required: true,
              maxLength: 64,
              pattern: '[a-z0-9][a-z0-9._\\-]*',
              title: t('metric.key_help'),
              placeholder: 'pm25',
            })}
            <Select
              label={t('metric.kind')}
              allowDeselect={false}
              value={values.kind ?? 'gauge'}
              onChange={(value) => set('kind', value)}
              data={KINDS.map((value) => ({ value, label: t(`point_kind.${value}`) }))}
            />
            {figure('expected_interval_s', { required: true, min: 1, max: 2_678_400, step: 1 })}
            {values.kind === 'interval' &&
              figure('interval_s', { required: true, min: 1, max: 86_400, step: 1 })}
            <Autocomplete
              label={t('metric.sent_unit')}
              placeholder={stored}
              value={values.sent_unit ?? ''}
              onChange={(value) => set('sent_unit', value)}
              data={[...(SENT_UNITS[stored ?? ''] ?? [])]}
            />
            {text('name', {
              placeholder: values.quantity && t(`quantity.${values.quantity}`),
            })}
            {figure('decimals', { min: 0, max: 6, step: 1 })}
          </SimpleGrid>
          <div>
            <Text size="sm" fw={600}>
              {t('metric.range')}
            </Text>
            <Text size="xs" c="dimmed" mb={4}>
              {t('metric.range_help', { unit: unit || '–' })}
            </Text>
            <SimpleGrid cols={2}>
              {figure('min')}
              {figure('max')}
            </SimpleGrid>
          </div>
          <div>
            <Text size="sm" fw={600}>
              {t('metric.doubts')}
            </Text>
            <Text size="xs" c="dimmed" mb={4}>
              {t('metric.doubts_help')}
            </Text>
            <SimpleGrid cols={{ base: 1, xs: values.kind === 'counter' ? 3 : 2 }}>
              {figure('stuck_after_s', { min: 1, step: 1 })}
              {figure('max_step', { min: 0 })}
              {values.kind === 'counter' && figure('rollover_at', { min: 0 })}
            </SimpleGrid>
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" disabled={!values.quantity}>
              {t('metric.take')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
