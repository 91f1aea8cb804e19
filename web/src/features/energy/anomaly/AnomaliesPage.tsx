import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { anomaliesQuery } from '../../../api/energy';
import { ProblemError } from '../../../api/problem';
import type { Anomalies, ElectricityContract } from '../../../api/types';
import { downloadCsv } from '../../../ui/csv';
import { ButtonLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { DayField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { NoContract } from '../ContractBar';
import { ContractSelect } from '../ContractSelect';
import { earliest, latest } from '../time';
import { useContract } from '../useContracts';
import { EventPanel } from './EventPanel';
import { EventTable } from './EventTable';
import { chosenOf, keyOf, lossOf } from './event';
import { TuningPanel } from './TuningPanel';
import '../bill/bill.css';

const route = getRouteApi('/app/energy/anomalies');
const DAYS = 30;

const daysBefore = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

const csvOf = ({ items }: Anomalies) => [
  ['kind', 'from', 'until', 'actual_kwh', 'expected_kwh', 'cost_won', 'verdict', 'note'],
  ...items.map((item) => [
    item.kind,
    item.from,
    item.until,
    item.actual_kwh,
    item.expected_kwh,
    item.cost_won,
    item.verdict?.verdict,
    item.verdict?.note,
  ]),
];

function Events({ contract, data }: { contract: ElectricityContract; data: Anomalies }) {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const item = chosenOf(data.items, search.event);
  const waiting = data.items.filter(({ verdict }) => !verdict).length;
  return (
    <Stack gap="md">
      {data.hidden && <Alert color="yellow" variant="outline" title={t('anomaly.hidden')} />}
      {item ? (
        <>
          <Text size="sm" role="status">
            {t('anomaly.summary', {
              count: data.items.length,
              waiting,
              won: format.number(lossOf(data)),
            })}
          </Text>
          <EventTable
            items={data.items}
            chosen={keyOf(item)}
            onChoose={(event) =>
              void navigate({ search: (old) => ({ ...old, event }), resetScroll: false })
            }
          />
          <EventPanel
            key={`${keyOf(item)} ${item.verdict?.judged_at}`}
            contract={contract}
            item={item}
          />
        </>
      ) : (
        <Empty title={t('anomaly.none')}>{t('anomaly.none_next')}</Empty>
      )}
      <TuningPanel tuning={data.tuning} />
    </Stack>
  );
}

/** What went wrong at a meter or behind it, what it cost, and whether it was really so. */
export function AnomaliesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, today } = useContract({});
  const chosen = search.contract
    ? contracts.data?.find(({ id }) => id === search.contract)
    : contract;
  const to = earliest(search.to ?? today, today);
  const from = earliest(search.from ?? daysBefore(to, DAYS), to);
  const anomalies = useQuery({
    ...anomaliesQuery(chosen?.id ?? '', { from, to }),
    enabled: chosen !== undefined,
  });
  const code = anomalies.error instanceof ProblemError ? anomalies.error.code : undefined;
  const move = (days: { from: string; to: string }) =>
    void navigate({ search: (old) => ({ ...old, ...days, event: undefined }) });
  return (
    <Page
      title={t('anomaly.title')}
      help={t('anomaly.help')}
      asOf={anomalies.dataUpdatedAt}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={!anomalies.data || anomalies.data.items.length === 0}
          onClick={() => anomalies.data && downloadCsv('anomalies', csvOf(anomalies.data))}
        >
          {t('ui.csv')}
        </Button>
      }
    >
      <Answer of={contracts}>
        {(all) =>
          chosen ? (
            <Stack gap="md">
              <Group gap="xs" align="flex-end">
                <ContractSelect
                  contracts={all}
                  contract={chosen}
                  onContract={(id) =>
                    void navigate({ search: (old) => ({ ...old, contract: id, event: undefined }) })
                  }
                />
                <DayField
                  label={t('anomaly.first_day')}
                  w={150}
                  value={from}
                  maxDate={today}
                  onChange={(day) =>
                    typeof day === 'string' && move({ from: day, to: latest(day, to) })
                  }
                />
                <DayField
                  label={t('anomaly.last_day')}
                  w={150}
                  value={to}
                  maxDate={today}
                  onChange={(day) =>
                    typeof day === 'string' && move({ from: earliest(from, day), to: day })
                  }
                />
              </Group>
              {anomalies.data === undefined && code === 'anomaly.too_short' ? (
                <Empty title={t('problem.anomaly.too_short')}>
                  <Group justify="center" gap="sm">
                    <span>{t('forecast.too_short_next')}</span>
                    <ButtonLink to="/data/imports">{t('import.title')}</ButtonLink>
                  </Group>
                </Empty>
              ) : (
                <Answer of={anomalies}>{(data) => <Events contract={chosen} data={data} />}</Answer>
              )}
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
