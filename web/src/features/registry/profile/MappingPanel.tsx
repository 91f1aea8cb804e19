import {
  Anchor,
  Group,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metric } from '../../../api/types';
import { EXAMPLES } from './examples';
import { SampleSelect } from './SampleSelect';
import { Tried } from './Tried';
import { useTrial } from './useTrial';

interface MappingPanelProps {
  mapping: string | undefined;
  metrics: readonly Metric[];
  payload: string;
  may: boolean;
  onMapping: (mapping: string | undefined) => void;
  onPayload: (payload: string) => void;
  onMetrics: (metrics: readonly Metric[]) => void;
}

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 14 } };
const FORMS = ['own', 'mapped'] as const;

/** How a message becomes readings, tried on a message while it is written. */
export function MappingPanel(props: MappingPanelProps) {
  const { mapping, metrics, payload, may, onMapping, onPayload, onMetrics } = props;
  const { t } = useTranslation();
  const text = useRef<HTMLTextAreaElement>(null);
  // What was written stays when the writer looks at the other form for a moment.
  const kept = useRef(mapping ?? EXAMPLES[0]?.mapping ?? '.');
  const trial = useTrial(mapping, payload);
  const write = (next: string | undefined) => {
    if (next !== undefined) kept.current = next;
    onMapping(next);
  };
  const goTo = (offset: number) => {
    text.current?.focus();
    text.current?.setSelectionRange(offset, offset + 1);
  };
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('profile.message')}
        </Title>
        <SegmentedControl
          aria-label={t('profile.message')}
          disabled={!may}
          value={mapping === undefined ? 'own' : 'mapped'}
          onChange={(value) => write(value === 'own' ? undefined : kept.current)}
          data={FORMS.map((value) => ({ value, label: t(`profile.form_${value}`) }))}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {mapping === undefined ? t('profile.own_help') : t('profile.mapping_help')}{' '}
        {mapping !== undefined && (
          <Anchor
            href="https://jqlang.org/manual/"
            target="_blank"
            rel="noreferrer"
            size="sm"
            underline="always"
          >
            {t('profile.jq_manual')}
          </Anchor>
        )}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {mapping !== undefined && (
          <Stack gap="xs">
            <Select
              label={t('profile.examples')}
              placeholder={t('profile.examples_pick')}
              disabled={!may}
              value={null}
              onChange={(name) => {
                const found = EXAMPLES.find((example) => example.name === name);
                if (!found) return;
                write(found.mapping);
                onPayload(found.payload);
                if (metrics.length === 0) onMetrics(found.metrics);
              }}
              data={EXAMPLES.map(({ name }) => ({
                value: name,
                label: t(`profile.example_${name}`),
              }))}
            />
            <Textarea
              ref={text}
              label={t('profile.mapping')}
              readOnly={!may}
              autosize
              minRows={9}
              maxRows={24}
              spellCheck={false}
              autoCapitalize="off"
              value={mapping}
              onChange={(event) => write(event.currentTarget.value)}
              styles={MONO}
            />
          </Stack>
        )}
        <Stack gap="xs">
          <SampleSelect onPick={onPayload} />
          <Textarea
            label={t('profile.payload')}
            autosize
            minRows={9}
            maxRows={24}
            spellCheck={false}
            autoCapitalize="off"
            value={payload}
            onChange={(event) => onPayload(event.currentTarget.value)}
            styles={MONO}
          />
        </Stack>
      </SimpleGrid>
      <Tried trial={trial} mapping={mapping ?? ''} metrics={metrics} onPlace={goTo} />
    </Paper>
  );
}
