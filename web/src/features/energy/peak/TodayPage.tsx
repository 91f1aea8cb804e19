import { Select, SimpleGrid, Stack } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { billsQuery, forecastQuery, gaugeQuery, tariffsQuery } from '../../../api/energy';
import type { ElectricityContract } from '../../../api/types';
import { optionName, rowOn } from '../../../app/vocabulary/tariff';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Figure } from '../../overview/Figure';
import { cheapest, optionsToCompare } from '../bill/compare';
import { NoContract } from '../ContractBar';
import { billMonthOf, monthAfter } from '../time';
import { useContract } from '../useContracts';
import { GaugePanel } from './GaugePanel';
import { againstExpected } from './gauge';

const route = getRouteApi('/app/energy/today');
const MONTHS = 12;

interface OfContract {
  contract: ElectricityContract;
  today: string;
}

/** Energy of today until now, against what this meter usually draws until now. */
function TodayFigure({ contract, today }: OfContract) {
  const { t } = useTranslation();
  const format = useFormat();
  const forecast = useQuery(forecastQuery(contract.id, today));
  const { drawn, expected } = forecast.data
    ? againstExpected(forecast.data)
    : { drawn: undefined, expected: undefined };
  const share = drawn !== undefined && expected ? drawn / expected - 1 : undefined;
  return (
    <Figure
      label={t('today.energy')}
      value={drawn === undefined ? '–' : `${format.number(drawn, 0)} kWh`}
      note={
        forecast.isError
          ? t('today.no_forecast')
          : share === undefined
            ? forecast.isPending
              ? t('ui.loading')
              : t('today.none_yet')
            : t(share >= 0 ? 'today.more' : 'today.less', {
                expected: format.number(expected, 0),
                share: format.percent(Math.abs(share)),
              })
      }
    />
  );
}

/** What this month costs so far. */
function BillFigure({ contract, today }: OfContract) {
  const { t } = useTranslation();
  const format = useFormat();
  const month = billMonthOf(today, contract.terms.reading_day);
  const { data, isPending } = useQuery(billsQuery(contract.id, { from: month, to: month }));
  const bill = data?.items.at(-1);
  return (
    <Figure
      label={t('today.bill', { month: format.month(month) })}
      value={bill ? t('bill.won_of', { won: format.number(bill.total_won) }) : '–'}
      note={
        bill ? (
          <>
            {t('today.bill_note', { kwh: format.number(bill.kwh, 0) })}{' '}
            <AnchorLink
              underline="always"
              to="/energy/bills"
              search={{ contract: contract.id, to: month, month }}
            >
              {t('today.to_bill')}
            </AnchorLink>
          </>
        ) : isPending ? (
          t('ui.loading')
        ) : (
          t('today.none_yet')
        )
      }
    />
  );
}

/** The one change that would have saved most in twelve whole months. */
function ActionFigure({ contract, today }: OfContract) {
  const { t } = useTranslation();
  const format = useFormat();
  const to = monthAfter(billMonthOf(today, contract.terms.reading_day), -1);
  const months = { from: monthAfter(to, 1 - MONTHS), to };
  const { data: tariffs = [] } = useQuery(tariffsQuery);
  const present = rowOn(contract.terms, today);
  const now = useQuery(billsQuery(contract.id, months));
  const options = present ? optionsToCompare(tariffs, present, false) : [];
  const answers = useQueries({
    queries: options.map((option) => billsQuery(contract.id, { ...months, option })),
  });
  const offers = options.map((option, index) => ({
    option,
    total_won: answers[index]?.data?.total_won,
  }));
  const waiting = now.isPending || answers.some((answer) => answer.isPending);
  const best = waiting ? undefined : cheapest(offers);
  const billed = now.data?.items.length ?? 0;
  const saves = best?.total_won === undefined ? 0 : (now.data?.total_won ?? 0) - best.total_won;
  const link = (
    <AnchorLink underline="always" to="/energy/bills" search={{ contract: contract.id, ...months }}>
      {t('today.to_compare')}
    </AnchorLink>
  );
  if (waiting || billed === 0) {
    return (
      <Figure
        label={t('today.action')}
        value="–"
        note={waiting ? t('ui.loading') : t('today.no_months')}
      />
    );
  }
  return (
    <Figure
      label={t('today.action')}
      value={
        saves > 0 && best
          ? t('today.change_option', { option: optionName(t, best.option) })
          : t('today.keep_option')
      }
      note={
        <>
          {saves > 0
            ? t('today.would_save', { won: format.number(saves), count: billed })
            : t('today.no_cheaper', { count: billed })}{' '}
          {link}
        </>
      }
    />
  );
}

/** The tenant's first look of the day: will I break my billing demand, and what does it cost? */
export function TodayPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, today } = useContract(search);
  const gauge = useQuery({
    ...gaugeQuery(contract?.id ?? ''),
    enabled: contract !== undefined,
  });
  return (
    <Page title={t('today.title')} help={t('today.help')} asOf={gauge.dataUpdatedAt}>
      <Answer of={contracts}>
        {(all) =>
          contract ? (
            <Stack gap="md">
              {all.length > 1 && (
                <Select
                  label={t('electricity_contract.one')}
                  allowDeselect={false}
                  searchable={all.length > 8}
                  w={260}
                  value={contract.id}
                  onChange={(id) => id && void navigate({ search: { contract: id } })}
                  data={all.map((each) => ({ value: each.id, label: each.terms.name }))}
                />
              )}
              <Answer of={gauge}>
                {(data) => <GaugePanel gauge={data} contract={contract.id} />}
              </Answer>
              <SimpleGrid cols={{ base: 1, sm: 3 }}>
                <TodayFigure contract={contract} today={today} />
                <BillFigure contract={contract} today={today} />
                <ActionFigure contract={contract} today={today} />
              </SimpleGrid>
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
