import { ActionIcon, Button, Group, Paper, Table, Text, Title, Tooltip } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metric } from '../../../api/types';
import { STORED_UNITS, unitLabel } from '../../../app/units';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { METRICS_MAX } from './draft';
import { MetricDialog } from './MetricDialog';

interface MetricTableProps {
  metrics: readonly Metric[];
  may: boolean;
  onChange: (metrics: readonly Metric[]) => void;
}

/** The name of a metric's points. */
export function useMetricName() {
  const { t } = useTranslation();
  return (metric: Metric) =>
    metric.name ?? t(`quantity.${metric.quantity}`, { defaultValue: metric.quantity });
}

/** What the devices of a profile measure. */
export function MetricTable({ metrics, may, onChange }: MetricTableProps) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<number>();
  const save = (metric: Metric) => {
    onChange(
      edited === metrics.length
        ? [...metrics, metric]
        : metrics.map((each, index) => (index === edited ? metric : each)),
    );
    setEdited(undefined);
  };
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('profile.metrics')}
        </Title>
        {may && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={metrics.length >= METRICS_MAX}
            onClick={() => setEdited(metrics.length)}
          >
            {t('metric.add')}
          </Button>
        )}
      </Group>
      {metrics.length === 0 ? (
        <Empty title={t('metric.none')}>{t('metric.none_next')}</Empty>
      ) : (
        <Table.ScrollContainer minWidth={620}>
          <Table verticalSpacing={6} aria-label={t('profile.metrics')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('metric.key')}</Table.Th>
                <Table.Th>{t('metric.quantity')}</Table.Th>
                <Table.Th>{t('metric.kind')}</Table.Th>
                <Table.Th>{t('metric.unit')}</Table.Th>
                <Table.Th ta="right">{t('point.range')}</Table.Th>
                <Table.Th ta="right">{t('point.expected')}</Table.Th>
                <Table.Th>{t('metric.doubts')}</Table.Th>
                {may && <Table.Th>{t('ui.actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {metrics.map((metric, index) => (
                <MetricRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: two metrics may have one key while it is written.
                  key={`${index} ${metric.key}`}
                  metric={metric}
                  may={may}
                  onEdit={() => setEdited(index)}
                  onRemove={() => onChange(metrics.filter((_, place) => place !== index))}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {edited !== undefined && (
        <MetricDialog metric={metrics[edited]} onClose={() => setEdited(undefined)} onSave={save} />
      )}
    </Paper>
  );
}

interface MetricRowProps {
  metric: Metric;
  may: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function MetricRow({ metric, may, onEdit, onRemove }: MetricRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useMetricName()(metric);
  const stored = unitLabel(STORED_UNITS[metric.quantity], metric.quantity) || '–';
  const seconds = (n: number) => t('point.seconds', { n: format.number(n) });
  const doubts = [
    metric.stuck_after_s && t('metric.stuck_words', { s: seconds(metric.stuck_after_s) }),
    metric.max_step && t('metric.step_words', { n: metric.max_step }),
    metric.rollover_at && t('metric.rollover_words', { n: format.number(metric.rollover_at) }),
  ].filter(Boolean);
  return (
    <Table.Tr>
      <Table.Td ff="monospace">{metric.key}</Table.Td>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        {t(`point_kind.${metric.kind}`)}
        {metric.interval_s ? ` (${seconds(metric.interval_s)})` : ''}
      </Table.Td>
      <Table.Td>
        {metric.sent_unit && metric.sent_unit !== STORED_UNITS[metric.quantity]
          ? `${unitLabel(metric.sent_unit)} → ${stored}`
          : stored}
      </Table.Td>
      <Table.Td ta="right">
        {metric.min ?? '–'} ~ {metric.max ?? '–'}
      </Table.Td>
      <Table.Td ta="right">{seconds(metric.expected_interval_s)}</Table.Td>
      <Table.Td>
        <Text size="sm">{doubts.join(', ') || '–'}</Text>
      </Table.Td>
      {may && (
        <Table.Td>
          <Group gap={4} wrap="nowrap">
            <Tooltip label={t('ui.edit')}>
              <ActionIcon
                variant="default"
                aria-label={`${metric.key}: ${t('ui.edit')}`}
                onClick={onEdit}
              >
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t('metric.remove')}>
              <ActionIcon
                variant="default"
                aria-label={`${metric.key}: ${t('metric.remove')}`}
                onClick={onRemove}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}
