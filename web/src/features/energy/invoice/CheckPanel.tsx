import { Alert, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { invoiceCheckQuery } from '../../../api/energy';
import type { Invoice, InvoiceCheck } from '../../../api/types';
import { optionName } from '../../../app/vocabulary/tariff';
import { AnchorLink } from '../../../ui/links';
import { Pill } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { codeOf } from '../bill/lines';
import { QUANTITY_UNIT } from './paste';

const isKnown = (code: string): code is keyof typeof QUANTITY_UNIT => code in QUANTITY_UNIT;

function Differences({ check }: { check: InvoiceCheck }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const signed = (value: number, decimals = 0) =>
    `${value > 0 ? '+' : ''}${format.number(value, decimals)}`;
  const name = (code: string) => {
    const line = check.bill.lines.find((each) => each.code === code);
    const own = line && (i18n.language === 'ko' ? line.name_ko : line.name_en);
    return t(`invoice_line.${code}`, { defaultValue: own ? `${own} (${code})` : code });
  };
  return (
    <Table.ScrollContainer minWidth={460}>
      <Table aria-label={t('invoice.differences')} verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('bill.line')}</Table.Th>
            <Table.Th ta="right">{t('invoice.invoiced')}</Table.Th>
            <Table.Th ta="right">{t('invoice.computed')}</Table.Th>
            <Table.Th ta="right">{t('invoice.difference')}</Table.Th>
            <Table.Th>{t('invoice.verdict')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {check.differences.map((row) => (
            <Table.Tr key={row.code}>
              <Table.Td>{name(row.code)}</Table.Td>
              <Table.Td ta="right">{format.number(row.invoiced_won)}</Table.Td>
              <Table.Td ta="right">
                {row.computed_won == null
                  ? t('bill.not_computed')
                  : format.number(row.computed_won)}
              </Table.Td>
              <Table.Td ta="right">
                <b>{row.difference_won == null ? '–' : signed(row.difference_won)}</b>
                {row.difference_quantity != null && isKnown(row.code) && (
                  <Text size="xs" c="dimmed">
                    {signed(row.difference_quantity, 1)} {QUANTITY_UNIT[row.code]}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Pill tone={row.difference_won == null ? 'quiet' : row.fits ? 'good' : 'warning'}>
                  {t(
                    row.difference_won == null
                      ? 'invoice.not_compared'
                      : row.fits
                        ? 'invoice.fits'
                        : 'invoice.differs',
                  )}
                </Pill>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Found({ check }: { check: InvoiceCheck }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const off = check.differences.filter(
    (row) => !row.fits && row.difference_won !== null && row.difference_won !== undefined,
  );
  const gaps = check.bill.notes.filter((note) => codeOf(note) === 'gaps');
  const total = check.differences.find(({ code }) => code === 'total')?.difference_won;
  // The server names choices by their codes.
  const named = (words: string) =>
    words.replaceAll(/\bhv-[abc]-\d\b/g, (code) => optionName(t, code));
  const won = (value: number) => t('bill.won_of', { won: format.number(Math.abs(value)) });
  return (
    <Stack gap="sm">
      {off.length === 0 ? (
        <Alert
          color="green"
          variant="outline"
          p="xs"
          icon={<IconCheck aria-hidden />}
          title={t('invoice.all_fit', { count: check.differences.length })}
        />
      ) : (
        <Alert
          color="yellow"
          variant="outline"
          p="xs"
          icon={<IconAlertTriangle aria-hidden />}
          title={t('invoice.some_differ', { count: off.length })}
        >
          {total != null &&
            total !== 0 &&
            t(total > 0 ? 'invoice.asks_more' : 'invoice.asks_less', { won: won(total) })}
        </Alert>
      )}
      <Differences check={check} />
      {off.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('invoice.causes')}
          </Text>
          {check.causes.length === 0 ? (
            <Text size="sm">{t('invoice.no_cause')}</Text>
          ) : (
            <List size="sm" type="ordered" aria-label={t('invoice.causes')}>
              {check.causes.map((cause) => (
                <List.Item key={cause.en}>
                  {named(i18n.language === 'ko' ? cause.ko : cause.en)}
                </List.Item>
              ))}
            </List>
          )}
          <Text size="xs" c="dimmed" mt={4}>
            {t('invoice.causes_help')}
          </Text>
        </div>
      )}
      {gaps.map((note) => (
        <Text size="sm" key={note.en}>
          {i18n.language === 'ko' ? note.ko : note.en}
        </Text>
      ))}
      {check.bill.provisional && <Text size="sm">{t('invoice.provisional')}</Text>}
      {check.bill.status !== 'verified' && (
        <Text size="xs" c="dimmed">
          {t('bill.not_verified')}
        </Text>
      )}
    </Stack>
  );
}

/** The kept invoice beside the computed bill, line by line, with what would explain differences. */
export function CheckPanel({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const { contract_id, month, version } = invoice;
  const check = useQuery(invoiceCheckQuery(contract_id, month, version));
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('invoice.check')}>
      <Title order={2} size="h4" mb="xs">
        {t('invoice.check')}
      </Title>
      <Answer of={check}>{(found) => <Found check={found} />}</Answer>
      <Text size="sm" mt="sm">
        <AnchorLink to="/energy/bills" search={{ contract: contract_id, to: month, month }}>
          {t('invoice.to_bill')}
        </AnchorLink>
      </Text>
    </Paper>
  );
}
