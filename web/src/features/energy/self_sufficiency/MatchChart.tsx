import {
  Group,
  Paper,
  SegmentedControl,
  Table,
  Text,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelfSufficiency } from '../../../api/types';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { type By, barsOf, matchOption, PARTS } from './match';

interface MatchChartProps {
  found: SelfSufficiency;
  by: By;
  allowed: readonly By[];
  onBy: (by: By) => void;
}

/** How much of each period's consumption its own generation covered, hour by hour. */
export function MatchChart({ found, by, allowed, onBy }: MatchChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const bars = useMemo(() => barsOf(found.items, by), [found.items, by]);
  const option = useMemo(
    () =>
      matchOption(
        bars,
        scheme,
        (part) => t(`self_sufficiency.bar_${part}`),
        (kwh) => (kwh === null ? '–' : `${format.number(kwh, 1)} kWh`),
      ),
    [bars, scheme, t, format],
  );
  const { figures } = found;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('self_sufficiency.chart')}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('self_sufficiency.chart')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('self_sufficiency.by')}
          value={by}
          onChange={(picked) => {
            const next = allowed.find((each) => each === picked);
            if (next) onBy(next);
          }}
          data={allowed.map((each) => ({ value: each, label: t(`self_sufficiency.by_${each}`) }))}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t('self_sufficiency.chart_help')}
      </Text>
      <EChart
        option={option}
        height={300}
        label={t('self_sufficiency.chart_words', {
          matched: format.number(figures.matched_kwh),
          share: format.percent(figures.matched),
          surplus: format.number(Math.max(0, figures.generation_kwh - figures.matched_kwh)),
        })}
      />
      <details>
        <summary>{t('bill.as_table')}</summary>
        <Table aria-label={t('self_sufficiency.chart')} verticalSpacing={2}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('self_sufficiency.by')}</Table.Th>
              {PARTS.map((part) => (
                <Table.Th key={part} ta="right">
                  {t(`self_sufficiency.bar_${part}`)} (kWh)
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bars.map((bar) => (
              <Table.Tr key={bar.at}>
                <Table.Td>{bar.at}</Table.Td>
                {PARTS.map((part) => (
                  <Table.Td key={part} ta="right">
                    {format.number(bar[part], 1)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Paper>
  );
}
