import { Alert, Button, Stack } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { billsQuery, tariffsQuery } from '../../../api/energy';
import type { ElectricityContract } from '../../../api/types';
import { rowOn } from '../../../app/vocabulary/tariff';
import { downloadCsv } from '../../../ui/csv';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { ContractBar, NoContract } from '../ContractBar';
import type { Months } from '../time';
import { useContract } from '../useContracts';
import { BillSheet } from './BillSheet';
import { Comparison } from './Comparison';
import { LoadShift } from './LoadShift';
import { csvRows } from './lines';
import { YearChart } from './YearChart';
import './bill.css';

const route = getRouteApi('/app/energy/bills');
/** Columns of the file: the same in every language, as programs read it too. */
const CSV_HEAD = [
  'month',
  'code',
  'name',
  'quantity',
  'unit',
  'rate',
  'won',
  'rule',
  'status',
  'source',
];

interface BillsProps {
  contract: ElectricityContract;
  months: Months;
  today: string;
}

/** The bills of one contract: the months, the chosen one, and what another choice would cost. */
function BillsOf({ contract, months, today }: BillsProps) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const bills = useQuery(billsQuery(contract.id, months));
  const { data: tariffs = [] } = useQuery(tariffsQuery);
  const present = rowOn(contract.terms, today);
  const show = (month: string) =>
    void navigate({ search: (old) => ({ ...old, month }), resetScroll: false });
  return (
    <Answer of={bills}>
      {(data) => {
        const bill = data.items.find(({ month }) => month === search.month) ?? data.items.at(-1);
        if (!bill) return <Empty title={t('bill.none')}>{t('bill.none_next')}</Empty>;
        return (
          <Stack gap="md">
            {data.hidden && <Alert color="yellow" variant="outline" title={t('bill.hidden')} />}
            {data.off_grid_readings > 0 && (
              <Alert
                color="yellow"
                variant="outline"
                title={t('bill.off_grid', { count: data.off_grid_readings })}
              />
            )}
            <YearChart bills={data} month={bill.month} onMonth={show} />
            <BillSheet
              bill={bill}
              contract={contract}
              months={data.items.map(({ month }) => month)}
              onMonth={show}
            />
            {present && (
              <Comparison
                key={contract.id}
                contract={contract.id}
                present={present}
                bills={data}
                months={months}
                tariffs={tariffs}
                kw={search.kw}
                allVoltages={search.voltages === 'all'}
                onKw={(kw) =>
                  void navigate({ search: (old) => ({ ...old, kw }), resetScroll: false })
                }
                onAllVoltages={(all) =>
                  void navigate({
                    search: (old) => ({ ...old, voltages: all ? 'all' : undefined }),
                    resetScroll: false,
                  })
                }
              />
            )}
            <LoadShift
              key={`shift ${contract.id}`}
              contract={contract.id}
              months={months}
              asked={search.shift}
              onAsk={(shift) =>
                void navigate({ search: (old) => ({ ...old, shift }), resetScroll: false })
              }
            />
          </Stack>
        );
      }}
    </Answer>
  );
}

/** What electricity costs: month by month, line by line, with how sure each line is. */
export function BillsPage() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, months, today } = useContract(search);
  const bills = useQuery({
    ...billsQuery(contract?.id ?? '', months),
    enabled: contract !== undefined,
  });
  const items = bills.data?.items ?? [];

  return (
    <Page
      title={t('bill.title')}
      help={t('bill.help')}
      asOf={bills.dataUpdatedAt}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconPrinter size={16} aria-hidden />}
            disabled={items.length === 0}
            onClick={() => window.print()}
          >
            {t('bill.print')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            disabled={items.length === 0}
            onClick={() => downloadCsv('bills', csvRows(items, CSV_HEAD, i18n.language))}
          >
            {t('ui.csv')}
          </Button>
        </>
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
                onContract={(id) =>
                  void navigate({
                    search: (old) => ({ ...old, contract: id, month: undefined, kw: undefined }),
                  })
                }
                onMonths={({ from, to }) =>
                  void navigate({ search: (old) => ({ ...old, from, to, month: undefined }) })
                }
              />
              <BillsOf contract={contract} months={months} today={today} />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
