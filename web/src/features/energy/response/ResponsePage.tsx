import { Alert, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { drFitnessQuery } from '../../../api/energy';
import type { ElectricityContract } from '../../../api/types';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { ContractBar, NoContract } from '../ContractBar';
import { dayBefore, type Months } from '../time';
import { useContract } from '../useContracts';
import { Calls } from './Calls';
import { DayChart } from './DayChart';
import { LeftOut } from './LeftOut';
import { MethodTable } from './MethodTable';
import { Proposals } from './Proposals';
import { daysOf, EXCLUSIONS, rulesOf } from './rules';
import { Verdict } from './Verdict';
import { VtnConnections } from './VtnConnections';

const route = getRouteApi('/app/energy/response');

/** What the address asks of a contract. */
function useFitness(
  contract: ElectricityContract | undefined,
  months: Required<Months>,
  today: string,
) {
  const { rules, exclusions, day } = route.useSearch();
  return useQuery({
    ...drFitnessQuery(contract?.id ?? '', {
      ...daysOf(months, dayBefore(today)),
      ...rulesOf(rules),
      exclusions,
      day,
    }),
    enabled: contract !== undefined,
  });
}

/** Whether the market of demand response would take the customer, and what its calls came to. */
export function ResponsePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, months, today } = useContract(search);
  const fitness = useFitness(contract, months, today);
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }) });

  return (
    <Page title={t('response.title')} help={t('response.help')} asOf={fitness.dataUpdatedAt}>
      <Answer of={contracts}>
        {(all) =>
          contract ? (
            <Stack gap="md">
              <Stack gap="xs">
                <ContractBar
                  contracts={all}
                  contract={contract}
                  months={months}
                  onContract={(id) => set({ contract: id, day: undefined, call: undefined })}
                  onMonths={({ from, to }) => set({ from, to, day: undefined })}
                />
                <Select
                  label={t('response.exclusions')}
                  allowDeselect={false}
                  w={420}
                  maw="100%"
                  value={search.exclusions ?? 'reductions'}
                  onChange={(value) =>
                    set({ exclusions: EXCLUSIONS.find((each) => each === value) })
                  }
                  data={EXCLUSIONS.map((value) => ({
                    value,
                    label: t(`response.exclusions_${value}`),
                  }))}
                />
              </Stack>
              <Answer of={fitness}>
                {(found) => (
                  <>
                    <Verdict fitness={found} />
                    {found.hidden && (
                      <Alert color="yellow" variant="outline" title={t('bill.hidden')} />
                    )}
                    <MethodTable fitness={found} onRules={(rules) => set({ rules })} />
                    <DayChart fitness={found} onDay={(day) => set({ day })} />
                    <LeftOut fitness={found} />
                  </>
                )}
              </Answer>
              <Proposals contract={contract} rules={fitness.data?.days.rules} />
              <Calls
                contract={contract}
                rules={fitness.data?.days.rules}
                call={search.call}
                onCall={(call) => set({ call })}
              />
              <VtnConnections contract={contract} />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
