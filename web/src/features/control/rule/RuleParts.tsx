import {
  Fieldset,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import { unitLabel } from '../../../app/units';
import type { Draft } from './draft';

export type SetDraft = <K extends keyof Draft>(key: K, value: Draft[K]) => void;
interface PartProps {
  draft: Draft;
  set: SetDraft;
  fixed: boolean;
  complex: string;
}

const amount = (value: string | number): number | '' => (value === '' ? '' : Number(value));

/** Which points a rule watches; fixed for life. */
export function TargetPart({ draft, set, fixed, complex }: PartProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const name = new Map(devices.map((device) => [device.id, device.name]));
  const quantities = [...new Set(points.map((point) => point.quantity))].sort();
  const kinds = [...new Set(devices.map((device) => device.kind))].sort();
  return (
    <Fieldset legend={t('rule.target')} disabled={fixed}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t('rule.target')}
          value={draft.target}
          disabled={fixed}
          onChange={(value) => set('target', value === 'point' ? 'point' : 'matching')}
          data={[
            { value: 'matching', label: t('rule.target_matching') },
            { value: 'point', label: t('rule.target_point') },
          ]}
        />
        {draft.target === 'point' ? (
          <Select
            label={t('rule.point')}
            placeholder={t('rule.point_search')}
            searchable
            required
            limit={50}
            value={draft.point || null}
            onChange={(value) => set('point', value ?? '')}
            data={points.map((point) => ({
              value: point.id,
              label: `${name.get(point.device_id) ?? ''} · ${point.name}`,
            }))}
          />
        ) : (
          <SimpleGrid cols={2}>
            <Select
              label={t('rule.quantity')}
              clearable
              searchable
              value={draft.quantity || null}
              onChange={(value) => set('quantity', value ?? '')}
              data={quantities.map((value) => ({
                value,
                label: t(`quantity.${value}`, { defaultValue: value }),
              }))}
            />
            <Select
              label={t('rule.device_kind')}
              clearable
              value={draft.device_kind || null}
              onChange={(value) => set('device_kind', value ?? '')}
              data={kinds.map((value) => ({ value, label: t(`device_kind.${value}`) }))}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Fieldset>
  );
}

/** What a rule waits for; its sort is fixed for life. */
export function ConditionPart({ draft, set, fixed, complex }: PartProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const example = points.find((point) =>
    draft.target === 'point' ? point.id === draft.point : point.quantity === draft.quantity,
  );
  const unit = unitLabel(example?.unit, example?.quantity);
  return (
    <Fieldset legend={t('rule.condition')}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t('rule.condition')}
          value={draft.condition}
          disabled={fixed}
          onChange={(value) => set('condition', value === 'absence' ? 'absence' : 'threshold')}
          data={[
            { value: 'threshold', label: t('rule.threshold') },
            { value: 'absence', label: t('rule.absence') },
          ]}
        />
        {draft.condition === 'absence' ? (
          <NumberInput
            label={t('rule.absence_min')}
            description={t('rule.absence_help')}
            suffix={` ${t('rule.minutes')}`}
            min={1}
            required
            value={draft.absence_min}
            onChange={(value) => set('absence_min', amount(value))}
          />
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t('rule.direction')}
              allowDeselect={false}
              value={draft.direction}
              onChange={(value) => set('direction', value === 'below' ? 'below' : 'above')}
              data={[
                { value: 'above', label: t('rule.above') },
                { value: 'below', label: t('rule.below') },
              ]}
            />
            <NumberInput
              label={t('rule.limit')}
              suffix={unit ? ` ${unit}` : undefined}
              required
              value={draft.limit}
              onChange={(value) => set('limit', amount(value))}
            />
            <NumberInput
              label={t('rule.hysteresis')}
              description={t('rule.hysteresis_help')}
              suffix={unit ? ` ${unit}` : undefined}
              min={0}
              value={draft.hysteresis}
              onChange={(value) => set('hysteresis', amount(value))}
            />
            <NumberInput
              label={t('rule.on_delay')}
              description={t('rule.on_delay_help')}
              suffix={` ${t('rule.seconds')}`}
              min={0}
              value={draft.on_delay_s}
              onChange={(value) => set('on_delay_s', amount(value))}
            />
            <NumberInput
              label={t('rule.off_delay')}
              description={t('rule.off_delay_help')}
              suffix={` ${t('rule.seconds')}`}
              min={0}
              value={draft.off_delay_s}
              onChange={(value) => set('off_delay_s', amount(value))}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Fieldset>
  );
}

/** Why a rule exists and what to do: without it the server refuses the rule. */
export function ReasonPart({ draft, set }: PartProps) {
  const { t } = useTranslation();
  const texts = ['cause', 'consequence', 'corrective_action'] as const;
  return (
    <Fieldset legend={t('rule.reasons')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('rule.reasons_help')}
        </Text>
        {texts.map((key) => (
          <Textarea
            key={key}
            label={t(`rule.${key}`)}
            required
            autosize
            minRows={2}
            value={draft[key]}
            onChange={(event) => set(key, event.currentTarget.value)}
          />
        ))}
        <NumberInput
          label={t('rule.respond_min')}
          suffix={` ${t('rule.minutes')}`}
          min={1}
          required
          value={draft.respond_min}
          onChange={(value) => set('respond_min', amount(value))}
        />
      </Stack>
    </Fieldset>
  );
}
