import { Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  meterBalanceQuery,
  meterEnergyQuery,
  meterFlowQuery,
  metersQuery,
} from '../../../api/energy';
import { establishmentsQuery } from '../../../api/registry';
import type { Meter } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { dayBefore, todayOf } from '../time';
import { BalanceTable } from './BalanceTable';
import { FlowChart } from './FlowChart';
import { CloseDialog, MeterDialog } from './MeterDialog';
import { MeterTree } from './MeterTree';
import { daysOf, treeRows } from './tree';
import '../demand/demand.css';

const route = getRouteApi('/app/energy/meters');

type Open = { act: 'add'; meter?: undefined } | { act: 'change' | 'close'; meter: Meter };

interface OneMeterProps {
  meter: Meter;
  meters: readonly Meter[];
  days: { from: string; to: string };
}

/** The flow and the balance of the chosen meter over a month. */
function OneMeter({ meter, meters, days }: OneMeterProps) {
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const flow = useQuery(meterFlowQuery(meter.id, days));
  const balance = useQuery(meterBalanceQuery(meter.id, days));
  return (
    <Stack gap="md">
      <Answer of={flow}>
        {(data) => (
          <FlowChart
            flow={data}
            meters={meters}
            asTable={view === 'table'}
            onTable={(asTable) =>
              void navigate({
                search: (old) => ({ ...old, view: asTable ? ('table' as const) : undefined }),
                replace: true,
              })
            }
          />
        )}
      </Answer>
      <Answer of={balance}>{(data) => <BalanceTable balance={data} />}</Answer>
    </Stack>
  );
}

/** Which meter counts what another has counted before, and what is left unexplained. */
export function MetersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const { id, all } = useComplex();
  const complex = id ?? all[0]?.id;
  const today = todayOf(useNow(60_000));
  const yesterday = dayBefore(today);
  const meters = useQuery(metersQuery(complex));
  const energy = useQuery(meterEnergyQuery(complex, yesterday));
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const owners = new Map(sites.map((site) => [site.id, site.name]));
  const manages = may.somewhere('manage_energy', complex);
  const rows = treeRows(meters.data ?? [], today);
  const withBalance = rows.filter((row) => row.hasBalance);
  const chosen = search.meter
    ? withBalance.find((row) => row.meter.id === search.meter)?.meter
    : withBalance[0]?.meter;
  const month = search.month ?? yesterday.slice(0, 7);
  const days = daysOf(month, yesterday);

  return (
    <Page
      title={t('meter.title')}
      help={t('meter.help')}
      asOf={energy.dataUpdatedAt}
      actions={
        <MayButton
          may={manages}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setOpen({ act: 'add' })}
        >
          {t('meter.add')}
        </MayButton>
      }
    >
      {open && open.act !== 'close' && complex && (
        <MeterDialog
          complex={complex}
          meters={meters.data ?? []}
          today={today}
          meter={open.meter}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.act === 'close' && (
        <CloseDialog meter={open.meter} today={today} onClose={() => setOpen(undefined)} />
      )}
      <Answer of={meters}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('meter.none')}>{t('meter.none_next')}</Empty>
          ) : (
            <Stack gap="md">
              <Answer of={energy}>
                {(counted) => (
                  <MeterTree
                    rows={rows}
                    energy={counted}
                    owners={owners}
                    selected={chosen?.id}
                    onAct={manages ? (act, meter) => setOpen({ act, meter }) : undefined}
                  />
                )}
              </Answer>
              {chosen ? (
                <>
                  <Group justify="space-between" align="flex-end">
                    <Title order={2} size="h3">
                      {chosen.terms.name}
                      <Text span c="dimmed" ml="xs">
                        {format.month(month)}
                      </Text>
                    </Title>
                    <MonthField
                      label={t('meter.month')}
                      w={140}
                      value={month}
                      onChange={(picked) =>
                        picked && void navigate({ search: (old) => ({ ...old, month: picked }) })
                      }
                    />
                  </Group>
                  {days ? (
                    <OneMeter meter={chosen} meters={meters.data ?? []} days={days} />
                  ) : (
                    <Empty title={t('meter.no_days')}>{t('meter.no_days_next')}</Empty>
                  )}
                </>
              ) : (
                <Empty title={t(search.meter ? 'meter.not_found' : 'meter.no_balance')}>
                  {t('meter.no_balance_next')}
                </Empty>
              )}
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}
