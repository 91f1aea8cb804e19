import { Group, Select, Stack, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ElectricityContract } from '../../../api/types';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { Answer } from '../../../ui/states';
import { NoContract } from '../ContractBar';
import { billMonthOf, monthAfter } from '../time';
import { useContract } from '../useContracts';
import { AnnualPanel } from './AnnualPanel';
import { MonthlyPanel } from './MonthlyPanel';
import { ProductPanel } from './ProductPanel';
import { SitePart } from './SitePart';
import './report.css';

const route = getRouteApi('/app/energy/reports');
const TABS = ['month', 'product', 'year'] as const;

interface ReportsProps {
  contract: ElectricityContract;
  contracts: readonly ElectricityContract[];
  today: string;
}

/** Which contract; the tabs have their own months beside it. */
function ContractField({ contract, contracts }: Omit<ReportsProps, 'today'>) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  return (
    <Select
      label={t('electricity_contract.one')}
      allowDeselect={false}
      searchable={contracts.length > 8}
      w={260}
      value={contract.id}
      onChange={(id) => id && void navigate({ search: (old) => ({ ...old, contract: id }) })}
      data={contracts.map((each) => ({ value: each.id, label: each.terms.name }))}
    />
  );
}

function Reports({ contract, contracts, today }: ReportsProps) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const present = billMonthOf(today, contract.terms.reading_day);
  const to = search.to ?? present;
  const from = search.from && search.from <= to ? search.from : monthAfter(to, -11);
  const year = search.year ?? Number(today.slice(0, 4));
  const field = <ContractField contract={contract} contracts={contracts} />;
  const put = (values: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...values }), resetScroll: false });
  return (
    <Tabs
      value={search.tab ?? 'month'}
      onChange={(value) => put({ tab: oneOf(...TABS)(value) })}
      keepMounted={false}
    >
      <Tabs.List mb="md" className="no-print">
        {TABS.map((value) => (
          <Tabs.Tab key={value} value={value}>
            {t(`report.tab_${value}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="month">
        <MonthlyPanel
          contract={contract}
          month={search.month ?? monthAfter(present, -1)}
          present={present}
          onMonth={(month) => put({ month })}
        >
          {field}
        </MonthlyPanel>
        <SitePart
          contract={contract}
          contracts={contracts}
          of={{ month: search.month ?? monthAfter(present, -1) }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="product">
        <ProductPanel
          key={contract.id}
          contract={contract}
          months={{ from, to }}
          present={present}
          onMonths={put}
        >
          {field}
        </ProductPanel>
      </Tabs.Panel>
      <Tabs.Panel value="year">
        <AnnualPanel
          contract={contract}
          year={year}
          last={Number(today.slice(0, 4))}
          onYear={(year) => put({ year })}
        >
          {field}
        </AnnualPanel>
        <SitePart contract={contract} contracts={contracts} of={{ year }} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** What a tenant hands on: a month on paper, products with their kWh and carbon, and a year. */
export function ReportsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { contracts, contract, today } = useContract(search);
  return (
    <Page title={t('report.title')} help={t('report.help')}>
      <Stack gap="md">
        <Answer of={contracts}>
          {(all) =>
            contract ? (
              <Reports contract={contract} contracts={all} today={today} />
            ) : (
              <Group justify="center">
                <NoContract asked={search.contract} />
              </Group>
            )
          }
        </Answer>
      </Stack>
    </Page>
  );
}
