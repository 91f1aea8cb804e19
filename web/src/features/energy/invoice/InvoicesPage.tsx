import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { invoicesQuery } from '../../../api/energy';
import type { ElectricityContract } from '../../../api/types';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { NoContract } from '../ContractBar';
import { ContractSelect } from '../ContractSelect';
import { billMonthOf, monthAfter } from '../time';
import { useContract } from '../useContracts';
import { CheckPanel } from './CheckPanel';
import { InvoiceForm } from './InvoiceForm';

const route = getRouteApi('/app/energy/invoices');

interface InvoicesOfProps {
  contract: ElectricityContract;
  month: string;
  onMonth: (month: string) => void;
}

function InvoicesOf({ contract, month, onMonth }: InvoicesOfProps) {
  const { t } = useTranslation();
  const invoices = useQuery(invoicesQuery(contract.id));
  return (
    <Answer of={invoices}>
      {(kept) => {
        const invoice = kept.find((each) => each.month === month);
        return (
          <Stack gap="md">
            {kept.length > 0 && (
              <Group gap={6} component="nav" aria-label={t('invoice.months')}>
                <Text size="sm" c="dimmed">
                  {t('invoice.months')}
                </Text>
                {kept.map((each) => (
                  <Button
                    key={each.month}
                    size="compact-sm"
                    variant={each.month === month ? 'filled' : 'default'}
                    aria-pressed={each.month === month}
                    onClick={() => onMonth(each.month)}
                  >
                    {each.month}
                  </Button>
                ))}
              </Group>
            )}
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
              <InvoiceForm
                key={`${contract.id} ${month} ${invoice?.version ?? 0}`}
                contract={contract}
                month={month}
                invoice={invoice}
              />
              {invoice ? (
                <CheckPanel invoice={invoice} />
              ) : (
                <Empty title={t('invoice.none')}>{t('invoice.none_next')}</Empty>
              )}
            </SimpleGrid>
          </Stack>
        );
      }}
    </Answer>
  );
}

/** The utility's invoice against the computed bill, month by month. */
export function InvoicesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, today } = useContract(search);
  const invoices = useQuery({
    ...invoicesQuery(contract?.id ?? ''),
    enabled: contract !== undefined,
  });
  // The last month that is over: its invoice is the next one to come.
  const present = billMonthOf(today, contract?.terms.reading_day ?? 0);
  const month = search.month ?? monthAfter(present, -1);
  const show = (next: string) => void navigate({ search: (old) => ({ ...old, month: next }) });
  return (
    <Page title={t('invoice.title')} help={t('invoice.help')} asOf={invoices.dataUpdatedAt}>
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
                <MonthField
                  label={t('bill.month')}
                  w={130}
                  value={month}
                  maxDate={`${present}-28`}
                  onChange={(next) => next && show(next)}
                />
              </Group>
              <InvoicesOf contract={contract} month={month} onMonth={show} />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
