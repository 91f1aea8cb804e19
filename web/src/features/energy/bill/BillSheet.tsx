import {
  ActionIcon,
  Alert,
  Group,
  List,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { IconAlertTriangle, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Bill, BillSentence, ElectricityContract } from '../../../api/types';
import { className, optionName, rowOn } from '../../../app/vocabulary/tariff';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { basisWords } from '../basis';
import { civil, todayOf } from '../time';
import { LineTable } from './LineTable';
import { codeOf, sourcesOf, wonPerKwh } from './lines';

interface BillSheetProps {
  bill: Bill;
  contract: ElectricityContract;
  months: readonly string[];
  onMonth: (month: string) => void;
}

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} size="lg">
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </div>
  );
}

/** The bill of a month, as an invoice has it; this is what is printed. */
export function BillSheet({ bill, contract, months, onMonth }: BillSheetProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const today = todayOf(useNow(60_000));
  const say = (sentence: BillSentence) => (i18n.language === 'ko' ? sentence.ko : sentence.en);
  const at = months.indexOf(bill.month);
  const row = rowOn(contract.terms, bill.to);
  const running = bill.to >= today;
  const gaps = bill.notes.filter((note) => codeOf(note) === 'gaps');
  const notes = bill.notes.filter((note) => !['gaps', 'provisional'].includes(codeOf(note)));
  const rate = wonPerKwh(bill);
  const steps = [
    { word: t('bill.month_before'), Icon: IconChevronLeft, to: months[at - 1] },
    { word: t('bill.month_after'), Icon: IconChevronRight, to: months[at + 1] },
  ];
  const day = (date: string) => format.day(civil(`${date}T00:00:00`));

  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={t('bill.sheet')}
      className="bill-sheet"
    >
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Group gap="xs">
              <Title order={2} size="h3">
                {t('bill.of_month', { month: format.month(bill.month) })}
              </Title>
              <Group gap={2} className="no-print">
                {steps.map(({ word, Icon, to }) => (
                  <ActionIcon
                    key={word}
                    variant="subtle"
                    color="gray"
                    aria-label={word}
                    disabled={to === undefined}
                    onClick={() => to && onMonth(to)}
                  >
                    <Icon size={18} />
                  </ActionIcon>
                ))}
              </Group>
            </Group>
            <Text size="sm">
              {contract.terms.name}
              {row &&
                ` · ${className(t, row.class)} ${optionName(t, row.option)} · ${t('bill.contract_of', { kw: format.number(row.contract_kw) })}`}
            </Text>
            <Text size="sm" c="dimmed">
              {t('bill.period', { from: day(bill.from), to: day(bill.to) })}
            </Text>
          </div>
          <div className="bill-total">
            <Text size="sm" c="dimmed">
              {running ? t('bill.total_so_far') : t('bill.total')}
            </Text>
            <Text className="bill-total-won" data-testid="bill-total">
              {t('bill.won_of', { won: format.number(bill.total_won) })}
            </Text>
          </div>
        </Group>
        {bill.status !== 'verified' && (
          <Text size="sm" c="dimmed">
            {t('bill.not_verified')}
          </Text>
        )}
        {running && (
          <Alert color="blue" variant="outline" p="xs" title={t('bill.running')}>
            {[t('bill.running_words'), ...gaps.map(say)].join(' ')}
          </Alert>
        )}
        {bill.provisional && (
          <Alert
            color="yellow"
            variant="outline"
            p="xs"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('bill.provisional')}
          >
            {t('bill.provisional_words', { months: bill.demand?.unknown.join(', ') })}{' '}
            {t('bill.provisional_next')}
          </Alert>
        )}
        {!running && gaps.length > 0 && (
          <Alert
            color="yellow"
            variant="outline"
            p="xs"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('bill.gaps')}
          >
            {gaps.map(say).join(' ')}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 2, md: 4 }} verticalSpacing="xs">
          <Fact label={t('bill.energy')} value={`${format.number(bill.kwh, 0)} kWh`} />
          {bill.demand && (
            <Fact
              label={t('bill.demand')}
              value={`${format.number(bill.demand.kw, 2)} kW`}
              note={basisWords(t, format.month, bill.demand.basis)}
            />
          )}
          {bill.peaks.counting && (
            <Fact
              label={t('bill.own_peak')}
              value={`${format.number(bill.peaks.counting.kw, 2)} kW`}
              note={format.dateTime(civil(bill.peaks.counting.at))}
            />
          )}
          {rate !== undefined && (
            <Fact
              label={t('bill.per_kwh')}
              value={t('bill_rate.kwh', { rate: format.number(rate, 1) })}
              note={t('bill.per_kwh_help')}
            />
          )}
        </SimpleGrid>
        <LineTable bill={bill} />
        {notes.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              {t('bill.notes')}
            </Text>
            <List size="sm" aria-label={t('bill.notes')}>
              {notes.map((note) => (
                <List.Item key={note.en}>{say(note)}</List.Item>
              ))}
            </List>
          </div>
        )}
        <div>
          <Text size="sm" fw={600}>
            {t('bill.sources')}
          </Text>
          <List size="xs" type="ordered" c="dimmed" aria-label={t('bill.sources')}>
            {sourcesOf(bill).map((source) => (
              <List.Item key={source}>{source}</List.Item>
            ))}
          </List>
        </div>
      </Stack>
    </Paper>
  );
}
