import { Paper, Table, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../ui/useFormat';

/** Rows of a list of totals. */
const SHOWN_MAX = 8;

interface TotalsProps {
  label: string;
  totals: readonly [string, number][];
  chosen: string | undefined;
  nameOf: (key: string) => string;
  onChoose: (key: string | undefined) => void;
}

/** Who or what is refused most; each row narrows the page to itself, and once more widens it again. */
export function Totals({ label, totals, chosen, nameOf, onChoose }: TotalsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = totals.reduce((sum, [, count]) => sum + count, 0);
  const more = totals.length - SHOWN_MAX;
  return (
    <Paper withBorder p="sm">
      <Table verticalSpacing={3} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{label}</Table.Th>
            <Table.Th ta="right">{t('reject.count')}</Table.Th>
            <Table.Th ta="right">{t('reject.share')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {totals.slice(0, SHOWN_MAX).map(([key, count]) => (
            <Table.Tr key={key} data-selected={key === chosen || undefined}>
              <Table.Td>
                <UnstyledButton
                  className="text-link"
                  aria-pressed={key === chosen}
                  onClick={() => onChoose(key === chosen ? undefined : key)}
                >
                  {nameOf(key)}
                </UnstyledButton>
              </Table.Td>
              <Table.Td ta="right">{format.number(count)}</Table.Td>
              <Table.Td ta="right">{format.percent(all > 0 ? count / all : 0)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t('reject.more', { n: format.number(more) })}
        </Text>
      )}
    </Paper>
  );
}
