import { ActionIcon, Alert, Button, Group, Stack, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forecastQuery } from '../../../api/energy';
import { ProblemError } from '../../../api/problem';
import type { ElectricityContract, Forecast } from '../../../api/types';
import { downloadCsv } from '../../../ui/csv';
import { ButtonLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { DayField } from '../../../ui/TimeField';
import { NoContract } from '../ContractBar';
import { ContractSelect } from '../ContractSelect';
import { dayAfter, dayBefore, earliest } from '../time';
import { useContract } from '../useContracts';
import { FanChart } from './FanChart';
import { fanRows } from './fan';
import { ModelPanel } from './ModelPanel';
import { PeakPanel } from './PeakPanel';
import { PlanPanel } from './PlanPanel';
import './forecast.css';

const route = getRouteApi('/app/energy/forecast');
const TOO_LITTLE = ['forecast.too_short', 'forecast.never_read'];

interface DayBarProps {
  day: string;
  last: string;
  onDay: (day: string) => void;
}

function DayBar({ day, last, onDay }: DayBarProps) {
  const { t } = useTranslation();
  return (
    <Group gap={4} align="flex-end">
      <DayField
        label={t('forecast.day')}
        w={150}
        value={day}
        maxDate={last}
        onChange={(next) => typeof next === 'string' && onDay(next.slice(0, 10))}
      />
      <Tooltip label={t('forecast.day_before')}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('forecast.day_before')}
          onClick={() => onDay(dayBefore(day))}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('forecast.day_after')}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('forecast.day_after')}
          disabled={day >= last}
          onClick={() => onDay(dayAfter(day))}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Tooltip>
      <Button variant="default" disabled={day === last} onClick={() => onDay(last)}>
        {t('forecast.tomorrow')}
      </Button>
    </Group>
  );
}

function ForecastOf({ contract, day }: { contract: ElectricityContract; day: string }) {
  const { t } = useTranslation();
  // Another day is read the same way.
  const [asTable, setAsTable] = useState(false);
  const forecast = useQuery(forecastQuery(contract.id, day));
  const code = forecast.error instanceof ProblemError ? forecast.error.code : undefined;
  if (forecast.data === undefined && code && TOO_LITTLE.includes(code)) {
    return (
      <Empty title={t(`problem.${code}`)}>
        <Group justify="center" gap="sm">
          <span>{t('forecast.too_short_next')}</span>
          <ButtonLink to="/data/imports">{t('import.title')}</ButtonLink>
        </Group>
      </Empty>
    );
  }
  return (
    <Answer of={forecast}>
      {(data) => (
        <Stack gap="md">
          {data.hidden && <Alert color="yellow" variant="outline" title={t('forecast.hidden')} />}
          <PeakPanel forecast={data} />
          <FanChart forecast={data} asTable={asTable} onAsTable={setAsTable} />
          <ModelPanel forecast={data} />
        </Stack>
      )}
    </Answer>
  );
}

const csvOf = (forecast: Forecast) => [
  ['day', 'at', 'p10_kw', 'p50_kw', 'p90_kw', 'actual_kw', 'counts'],
  ...fanRows(forecast).map((row) => [
    forecast.day,
    row.at,
    row.p10,
    row.p50,
    row.p90,
    row.actual,
    row.counts,
  ]),
];

/** How large tomorrow's load will be, and whether its peak may raise the basic charge. */
export function ForecastPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, today } = useContract(search);
  const tomorrow = dayAfter(today);
  const day = earliest(search.day ?? tomorrow, tomorrow);
  const forecast = useQuery({
    ...forecastQuery(contract?.id ?? '', day),
    enabled: contract !== undefined,
  });
  return (
    <Page
      title={t('forecast.title')}
      help={t('forecast.help')}
      asOf={forecast.dataUpdatedAt}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={!forecast.data}
          onClick={() =>
            forecast.data && downloadCsv(`forecast-${forecast.data.day}`, csvOf(forecast.data))
          }
        >
          {t('ui.csv')}
        </Button>
      }
    >
      <Answer of={contracts}>
        {(all) =>
          contract ? (
            <Stack gap="md">
              <Group gap="xs" align="flex-end">
                <ContractSelect
                  contracts={all}
                  contract={contract}
                  onContract={(id) =>
                    void navigate({ search: (old) => ({ ...old, contract: id }) })
                  }
                />
                <DayBar
                  day={day}
                  last={tomorrow}
                  onDay={(next) =>
                    void navigate({
                      search: (old) => ({ ...old, day: next, month: undefined }),
                      resetScroll: false,
                    })
                  }
                />
              </Group>
              <ForecastOf contract={contract} day={day} />
              <PlanPanel
                contract={contract}
                month={search.month ?? day.slice(0, 7)}
                today={today}
                chosen={day}
                onMonth={(month) =>
                  void navigate({ search: (old) => ({ ...old, month }), resetScroll: false })
                }
              />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
