import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Bill, BillLine } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { digitsOf, partOf, rateOf, sourcesOf } from './lines';
import { StatusTag } from './StatusTag';

const QUANTITY_DECIMALS: Readonly<Record<string, number>> = { kwh: 2, kw: 2, percent: 1, won: 0 };

function useShown() {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    quantity: ({ quantity, unit }: BillLine) =>
      `${format.number(quantity, QUANTITY_DECIMALS[unit] ?? 2)} ${t(`bill_unit.${unit}`, { defaultValue: unit })}`,
    rate: (line: BillLine) => {
      const of = rateOf(line);
      if (of === 'none') return '';
      const rate = format.number(Number(line.rate), digitsOf(line.rate));
      return t(`bill_rate.${of}`, { rate });
    },
    won: (won: number | null | undefined) =>
      won == null ? t('bill.not_computed') : format.number(won),
  };
}

/** Every line as an invoice has it: how much, at which rate, why, and how sure that is. */
export function LineTable({ bill }: { bill: Bill }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const shown = useShown();
  const ko = i18n.language === 'ko';
  const sources = sourcesOf(bill);
  const bandWord = ({ code }: BillLine) => {
    const band = code.split('.').at(-1) ?? '';
    return t(`band.${band}`, { defaultValue: '' });
  };
  return (
    <Table.ScrollContainer minWidth={300}>
      <Table aria-label={t('bill.lines')} verticalSpacing={5} className="bill-lines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('bill.line')}</Table.Th>
            <Table.Th className="wide">{t('bill.rule')}</Table.Th>
            <Table.Th ta="right" className="wide">
              {t('bill.quantity')}
            </Table.Th>
            <Table.Th ta="right" className="wide">
              {t('bill.rate')}
            </Table.Th>
            <Table.Th ta="right">{t('bill.won')}</Table.Th>
            <Table.Th>{t('bill.status')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bill.lines.map((line, index) => {
            const part = partOf(line);
            const isSum = part === undefined;
            const rule = ko ? line.rule.ko : line.rule.en;
            return (
              // A code may stand twice in a month whose terms change.
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other key.
              <Table.Tr key={index} data-sum={isSum || undefined} data-group={line.group}>
                <Table.Td className="item">
                  {ko ? line.name_ko : line.name_en}
                  {line.code.startsWith('discount.') && (
                    <Text size="xs" c="dimmed" component="div">
                      {t('bill.discount', { band: bandWord(line) })}
                    </Text>
                  )}
                  <Text size="xs" c="dimmed" component="div" className="narrow">
                    {rule}
                    {!isSum && (
                      <>
                        <br />
                        {shown.quantity(line)} × {shown.rate(line)}
                      </>
                    )}
                  </Text>
                </Table.Td>
                <Table.Td className="wide">
                  <Text size="sm" span>
                    {rule}
                  </Text>
                  {line.decided_at && (
                    <Text size="xs" c="dimmed" component="div">
                      {t('bill.decided_at', { at: format.dateTime(civil(line.decided_at)) })}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="figure wide">
                  {isSum ? '' : shown.quantity(line)}
                </Table.Td>
                <Table.Td ta="right" className="figure wide">
                  {shown.rate(line)}
                </Table.Td>
                <Table.Td ta="right" className="figure">
                  {shown.won(line.won)}
                </Table.Td>
                <Table.Td>
                  {!isSum && (
                    <StatusTag
                      status={line.status}
                      source={line.source}
                      n={sources.indexOf(line.source) + 1}
                    />
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
