import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dispatchQuery } from '../../../api/energy';
import type { ElectricityContract } from '../../../api/types';
import { rowOn } from '../../../app/vocabulary/tariff';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { ContractBar, NoContract } from '../ContractBar';
import { billMonthOf, type Months, monthAfter } from '../time';
import { useContract } from '../useContracts';
import { firstSize, numberOf } from './inputs';
import { DayPlan, MonthsPlan } from './PlanCharts';
import { RunPart } from './RunPart';
import { Saving } from './Saving';
import { SizingPart } from './SizingPart';

const route = getRouteApi('/app/energy/dispatch');
const YEAR = 12;

interface SizeFormProps {
  size: { kwh: number; kw: number };
  onSize: (size: { kwh: number; kw: number }) => void;
}

/** The battery that is planned. */
function SizeForm({ size, onSize }: SizeFormProps) {
  const { t } = useTranslation();
  const [kwh, setKwh] = useState(String(size.kwh));
  const [kw, setKw] = useState(String(size.kw));
  const next = { kwh: numberOf(kwh) ?? 0, kw: numberOf(kw) ?? 0 };
  const isGood = next.kwh >= 1 && next.kw >= 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGood) onSize({ kwh: Math.round(next.kwh), kw: Math.round(next.kw) });
  };
  return (
    <Group align="flex-end" gap="sm" component="form" onSubmit={submit}>
      <TextInput
        label={`${t('dispatch.capacity')} (kWh)`}
        type="number"
        min={1}
        w={160}
        value={kwh}
        onChange={(event) => setKwh(event.currentTarget.value)}
      />
      <TextInput
        label={`${t('dispatch.power')} (kW)`}
        type="number"
        min={1}
        w={160}
        value={kw}
        onChange={(event) => setKw(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!isGood}>
        {t('dispatch.plan')}
      </Button>
    </Group>
  );
}

/** The months to plan: those of the address, else none, and the server takes the last whole year. */
function useMonths(contract: ElectricityContract | undefined, today: string) {
  const { from, to } = route.useSearch();
  const present = billMonthOf(today, contract?.terms.reading_day ?? 0);
  const last = to ?? monthAfter(present, -1);
  const shown = { from: from ?? monthAfter(last, 1 - YEAR), to: last };
  return { asked: from || to ? shown : {}, shown } as { asked: Months; shown: Required<Months> };
}

/** What a battery would save, when it charges and gives, and which size pays. */
export function DispatchPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { contracts, contract, today } = useContract(search);
  const { asked, shown } = useMonths(contract, today);
  const first = firstSize(contract ? (rowOn(contract.terms, today)?.contract_kw ?? 0) : 0);
  const size = { kwh: search.kwh ?? first.kwh, kw: search.kw ?? first.kw };
  const plan = useQuery({
    ...dispatchQuery(contract?.id ?? '', {
      ...asked,
      capacity_kwh: size.kwh,
      power_kw: size.kw,
      day: search.day,
    }),
    enabled: contract !== undefined,
    placeholderData: keepPreviousData,
  });
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }) });

  return (
    <Page title={t('dispatch.title')} help={t('dispatch.help')} asOf={plan.dataUpdatedAt}>
      <Answer of={contracts}>
        {(all) =>
          contract ? (
            <Stack gap="md">
              <ContractBar
                contracts={all}
                contract={contract}
                months={shown}
                onContract={(id) =>
                  set({ contract: id, kwh: undefined, kw: undefined, day: undefined })
                }
                onMonths={({ from, to }) => set({ from, to, day: undefined })}
              />
              <SizeForm key={`${contract.id} ${size.kwh} ${size.kw}`} size={size} onSize={set} />
              <Answer of={plan}>
                {(found) => (
                  <>
                    {found.basis.hidden && (
                      <Alert color="yellow" variant="outline" title={t('bill.hidden')} />
                    )}
                    <Saving plan={found} />
                    <DayPlan plan={found} onDay={(day) => set({ day })} />
                    <MonthsPlan plan={found} />
                  </>
                )}
              </Answer>
              <RunPart
                key={`run ${contract.id} ${size.kwh} ${size.kw} ${asked.to}`}
                contract={contract.id}
                size={size}
                month={asked.to}
              />
              <SizingPart key={contract.id} contract={contract.id} months={asked} size={size} />
            </Stack>
          ) : (
            <NoContract asked={search.contract} />
          )
        }
      </Answer>
    </Page>
  );
}
