import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { decimalsOf, unitLabel } from '../../../app/units';
import { AnchorLink } from '../../../ui/links';
import { useFormat } from '../../../ui/useFormat';
import type { Line } from './option';
import type { Range } from './range';

/** Smallest, middle and greatest of each line: the chart in numbers, also for a screen reader. */
export function Summary({ lines, range }: { lines: readonly Line[]; range: Range }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table aria-label={t('chart.summary')} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('chart.line')}</Table.Th>
            <Table.Th ta="right">{t('chart.min')}</Table.Th>
            <Table.Th ta="right">{t('chart.mean')}</Table.Th>
            <Table.Th ta="right">{t('chart.max')}</Table.Th>
            <Table.Th ta="right">{t('chart.sum')}</Table.Th>
            <Table.Th ta="right">{t('chart.values')}</Table.Th>
            <Table.Th>{t('ui.actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ name, point, dots, former }) => {
            const amounts = point.kind === 'interval';
            // The last dot of an amount only draws its end; it is no value of its own.
            const values = (amounts ? dots.slice(0, -1) : dots).flatMap(([, value]) => value ?? []);
            const sum = values.reduce((a, b) => a + b, 0);
            const show = (value: number | undefined) =>
              value === undefined || !Number.isFinite(value)
                ? '–'
                : `${format.number(value, decimalsOf(point))} ${unitLabel(point.unit, point.quantity)}`;
            return (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{show(Math.min(...values))}</Table.Td>
                <Table.Td ta="right">{show(sum / values.length)}</Table.Td>
                <Table.Td ta="right">{show(Math.max(...values))}</Table.Td>
                <Table.Td ta="right">{amounts ? show(sum) : '–'}</Table.Td>
                <Table.Td ta="right">{format.number(values.length)}</Table.Td>
                <Table.Td>
                  {former ? (
                    '–'
                  ) : (
                    <AnchorLink
                      to="/data/corrections"
                      search={{
                        point: point.id,
                        from: new Date(range.from).toISOString(),
                        to: new Date(range.to).toISOString(),
                      }}
                      size="sm"
                    >
                      {t('correction.title')}
                    </AnchorLink>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
