import { Alert, Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { billsQuery, demandQuery } from '../../../api/energy';
import type { Demand, ElectricityContract } from '../../../api/types';
import { downloadCsv } from '../../../ui/csv';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { ContractBar, NoContract } from '../ContractBar';
import { dayBefore, earliest, type Months, monthAfter } from '../time';
import { useContract } from '../useContracts';
import { setBy } from './calendar';
import { DurationCurve } from './DurationCurve';
import { MonthTable } from './MonthTable';
import { PeakCalendar } from './PeakCalendar';
import './demand.css';

const route = getRouteApi('/app/energy/demand');

interface DemandOfProps {
  contract: ElectricityContract;
  months: Required<Months>;
  today: string;
}

/** The peaks of one contract: by day, by month, and by how long they last. */
function DemandOf({ contract, months, today }: DemandOfProps) {
  const { t } = useTranslation();
  const demand = useQuery(demandQuery(contract.id, months));
  const bills = useQuery(billsQuery(contract.id, months));
  const items = bills.data?.items ?? [];
  const lastDay = items.at(-1)?.to ?? dayBefore(`${monthAfter(months.to, 1)}-01`);
  return (
    <Stack gap="md">
      <Answer of={demand}>
        {(data) => (
          <>
            {data.hidden && <Alert color="yellow" variant="outline" title={t('bill.hidden')} />}
            {data.days.length === 0 ? (
              <Empty title={t('demand.none')}>{t('demand.none_next')}</Empty>
            ) : (
              <PeakCalendar demand={data} sets={setBy(items)} until={earliest(today, lastDay)} />
            )}
          </>
        )}
      </Answer>
      <Answer of={bills}>
        {({ items }) => items.length > 0 && <MonthTable bills={items} contract={contract} />}
      </Answer>
      {demand.data && <DurationCurve demand={demand.data} />}
    </Stack>
  );
}

const csvOf = ({ days }: Demand) => [
  ['date', 'kw', 'at', 'band', 'counts', 'missing_slots'],
  ...days.map((day) => [day.date, day.kw, day.at, day.band, day.counts, day.missing_slots]),
];

/** When the load was largest, and what the basic charge rests on. */
export function DemandPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, months, today } = useContract(search);
  const demand = useQuery({
    ...demandQuery(contract?.id ?? '', months),
    enabled: contract !== undefined,
  });

  return (
    <Page
      title={t('demand.title')}
      help={t('demand.help')}
      asOf={demand.dataUpdatedAt}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={!demand.data || demand.data.days.length === 0}
          onClick={() => demand.data && downloadCsv('peaks', csvOf(demand.data))}
        >
          {t('ui.csv')}
        </Button>
      }
    >
      <Answer of={contracts}>
        {(all) =>
          contract ? (
            <Stack gap="md">
              <ContractBar
                contracts={all}
                contract={contract}
                months={months}
                onContract={(id) => void navigate({ search: (old) => ({ ...old, contract: id }) })}
                onMonths={({ from, to }) =>
                  void navigate({ search: (old) => ({ ...old, from, to }) })
                }
              />
              <DemandOf contract={contract} months={months} today={today} />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
