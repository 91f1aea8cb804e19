import { Button, Group, Paper, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { billsQuery } from '../../../api/energy';
import type { Bills, ContractTermsRow, Tariff } from '../../../api/types';
import { optionName } from '../../../app/vocabulary/tariff';
import { Pill } from '../../../ui/Pill';
import { useProblemText } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import type { Months } from '../time';
import { cheapest, optionsToCompare } from './compare';
import { MonthsByOption } from './MonthsByOption';

interface ComparisonProps {
  contract: string;
  present: ContractTermsRow;
  bills: Bills;
  months: Months;
  tariffs: readonly Tariff[];
  kw: number | undefined;
  allVoltages: boolean;
  onKw: (kw: number | undefined) => void;
  onAllVoltages: (all: boolean) => void;
}

/** What the same use would have cost by another choice, and by another contract power. */
export function Comparison(props: ComparisonProps) {
  const { contract, present, bills, months, tariffs, kw, allVoltages } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const [typed, setTyped] = useState(kw === undefined ? '' : String(kw));
  const options = optionsToCompare(tariffs, present, allVoltages);
  const powers = kw === undefined || kw === present.contract_kw ? [undefined] : [undefined, kw];
  const asked = options.flatMap((option) => powers.map((contract_kw) => ({ option, contract_kw })));
  const answers = useQueries({
    queries: asked.map((offer) => billsQuery(contract, { ...months, ...offer })),
  });
  const offers = asked.map((offer, index) => ({
    ...offer,
    answer: answers[index],
    total_won: answers[index]?.data?.total_won,
  }));
  const waiting = answers.some((answer) => answer.isPending);
  const best = waiting ? undefined : cheapest(offers);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = Number(typed);
    props.onKw(Number.isSafeInteger(next) && next > 0 ? next : undefined);
  };
  const named = offers.flatMap(({ option, contract_kw, answer }) => {
    if (!answer?.data) return [];
    const kw = contract_kw === undefined ? '' : ` ${format.number(contract_kw)} kW`;
    return [{ name: `${optionName(t, option)}${kw}`, items: answer.data.items }];
  });
  const saves = best?.total_won === undefined ? 0 : bills.total_won - best.total_won;

  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={t('compare.title')}
      className="no-print"
    >
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t('compare.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('compare.help', { count: bills.items.length })}
          </Text>
        </div>
        <Group align="flex-end" gap="sm" component="form" onSubmit={submit}>
          <TextInput
            label={t('compare.kw')}
            description={t('compare.kw_help', { kw: format.number(present.contract_kw) })}
            type="number"
            min={1}
            w={260}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default">
            {t('compare.ask')}
          </Button>
          <Switch
            label={t('compare.all_voltages')}
            checked={allVoltages}
            onChange={(event) => props.onAllVoltages(event.currentTarget.checked)}
            mb={8}
          />
        </Group>
        <Table.ScrollContainer minWidth={560}>
          <Table aria-label={t('compare.title')} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('electricity_contract.option')}</Table.Th>
                <Table.Th ta="right">{t('electricity_contract.contract_kw')}</Table.Th>
                <Table.Th ta="right">{t('compare.total')}</Table.Th>
                <Table.Th ta="right">{t('compare.difference')}</Table.Th>
                <Table.Th>{t('compare.verdict')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {offers.map((offer) => {
                const { option, contract_kw, total_won, answer } = offer;
                const isPresent = option === present.option && contract_kw === undefined;
                const difference =
                  total_won === undefined ? undefined : total_won - bills.total_won;
                return (
                  <Table.Tr key={`${option} ${contract_kw}`} data-selected={isPresent || undefined}>
                    <Table.Td>{optionName(t, option)}</Table.Td>
                    <Table.Td ta="right">
                      {format.number(contract_kw ?? present.contract_kw)}
                    </Table.Td>
                    <Table.Td ta="right">
                      {answer?.error ? (
                        <Text size="sm">{problemText(answer.error)}</Text>
                      ) : total_won === undefined ? (
                        '…'
                      ) : (
                        <b>{t('bill.won_of', { won: format.number(total_won) })}</b>
                      )}
                    </Table.Td>
                    <Table.Td ta="right">
                      {difference === undefined || (isPresent && difference === 0)
                        ? '–'
                        : difference === 0
                          ? t('compare.same')
                          : t(difference > 0 ? 'compare.dearer' : 'compare.cheaper', {
                              won: format.number(Math.abs(difference)),
                            })}
                    </Table.Td>
                    <Table.Td>
                      <Group gap={6}>
                        {isPresent && <Pill>{t('compare.present')}</Pill>}
                        {offer === best && <Pill tone="good">{t('compare.best')}</Pill>}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Text size="sm" role="status">
          {waiting
            ? t('ui.loading')
            : best &&
              (saves > 0
                ? t('compare.saves', {
                    option: optionName(t, best.option),
                    kw: format.number(best.contract_kw ?? present.contract_kw),
                    won: format.number(saves),
                  })
                : t('compare.stay'))}
        </Text>
        {!waiting && named.length > 1 && <MonthsByOption offers={named} />}
        <Text size="sm" c="dimmed">
          {t('compare.elsewhere')}
        </Text>
      </Stack>
    </Paper>
  );
}
