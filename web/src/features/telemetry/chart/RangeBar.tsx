import { ActionIcon, Group, SegmentedControl, Select, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconZoomOut } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isoToSeoul, seoulToIso } from '../../../ui/format';
import { oneOf } from '../../../ui/search';
import { TimeField } from '../../../ui/TimeField';
import { type Range, type Shift, SPANS, type Span } from './range';

interface RangeBarProps {
  range: Range;
  span: Span | undefined;
  compare?: Shift;
  onSpan: (span: Span) => void;
  onRange: (range: Range) => void;
  /** Absent where nothing is compared. */
  onCompare?: (shift: Shift | undefined) => void;
}

const spans = Object.keys(SPANS) as Span[];
const CUSTOM = 'custom';

/** Chooses the part of time: a span that ends now, two instants, or a step aside. */
export function RangeBar(props: RangeBarProps) {
  const { t } = useTranslation();
  const { range, span, compare, onSpan, onRange, onCompare } = props;
  const length = range.to - range.from;
  const steps = [
    { word: t('chart.earlier'), Icon: IconChevronLeft, from: -length, to: -length },
    { word: t('chart.later'), Icon: IconChevronRight, from: length, to: length },
    { word: t('chart.wider'), Icon: IconZoomOut, from: -length / 2, to: length / 2 },
  ];
  const pick = (part: Partial<Range>) => {
    const next = { ...range, ...part };
    if (next.from < next.to) onRange(next);
  };
  return (
    <Group gap="xs" align="flex-end">
      <SegmentedControl
        aria-label={t('chart.span')}
        value={span ?? CUSTOM}
        onChange={(value) => {
          const next = oneOf(...spans)(value);
          if (next) onSpan(next);
        }}
        data={[
          ...spans.map((value) => ({ value: value as string, label: t(`chart.span_${value}`) })),
          ...(span ? [] : [{ value: CUSTOM, label: t('chart.span_custom') }]),
        ]}
      />
      <TimeField
        label={t('chart.from')}
        value={isoToSeoul(range.from)}
        onChange={(value) => value && pick({ from: Date.parse(seoulToIso(value)) })}
        w={180}
      />
      <TimeField
        label={t('chart.to')}
        value={isoToSeoul(range.to)}
        onChange={(value) => value && pick({ to: Date.parse(seoulToIso(value)) })}
        w={180}
      />
      <Group gap={4}>
        {steps.map(({ word, Icon, from, to }) => (
          <Tooltip label={word} key={word}>
            <ActionIcon
              variant="default"
              size={36}
              aria-label={word}
              onClick={() => onRange({ from: range.from + from, to: range.to + to })}
            >
              <Icon size={18} />
            </ActionIcon>
          </Tooltip>
        ))}
      </Group>
      {onCompare && (
        <Select
          label={t('chart.compare')}
          placeholder={t('chart.compare_none')}
          clearable
          w={150}
          value={compare ?? null}
          onChange={(value) => onCompare(oneOf('day', 'week', 'year')(value))}
          data={(['day', 'week', 'year'] as const).map((value) => ({
            value,
            label: t(`chart.compare_${value}`),
          }))}
          clearButtonProps={{ 'aria-label': t('chart.compare_none') }}
        />
      )}
    </Group>
  );
}
