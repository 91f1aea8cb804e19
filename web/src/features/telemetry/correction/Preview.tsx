import { ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CorrectionChange, Point, ReadingValue } from '../../../api/types';
import { decimalsOf, unitLabel } from '../../../app/units';
import { useFormat } from '../../../ui/useFormat';
import { previewOf } from './change';

/** The most readings that are listed; the rest are only counted. */
const SHOWN_MAX = 50;

interface PreviewProps {
  point: Point;
  readings: readonly ReadingValue[];
  change: CorrectionChange;
}

/** What stands there now, and what will. */
export function Preview({ point, readings, change }: PreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, mean_before, mean_after, finite } = previewOf(readings, change);
  const decimals = Math.max(decimalsOf(point), 2);
  const show = (value: number | null | undefined) =>
    value === null ? t('correction.struck') : format.number(value, decimals);
  const more = rows.length - SHOWN_MAX;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('correction.preview')}
      </Text>
      {!finite && (
        <Text size="sm" c="var(--danger-ink)">
          {t('correction.not_finite')}
        </Text>
      )}
      <ScrollArea.Autosize mah={220} viewportProps={{ tabIndex: 0 }}>
        <Table verticalSpacing={3} aria-label={t('correction.preview')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('query.at')}</Table.Th>
              <Table.Th ta="right">{t('correction.now')}</Table.Th>
              <Table.Th ta="right">{t('correction.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, SHOWN_MAX).map(({ at, old, next }) => (
              <Table.Tr key={at}>
                <Table.Td>{format.dateTime(at, true)}</Table.Td>
                <Table.Td ta="right">{show(old)}</Table.Td>
                <Table.Td ta="right">
                  <b>{show(next)}</b> {next !== null && unitLabel(point.unit, point.quantity)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Text size="sm" c="dimmed">
        {more > 0 && `${t('correction.more', { n: format.number(more) })} `}
        {rows.length > 1 &&
          t('correction.means', {
            before: show(mean_before),
            after: mean_after === undefined ? '–' : show(mean_after),
          })}
      </Text>
    </Stack>
  );
}
