import { Group, NumberInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { metersQuery, selfSufficiencyQuery } from '../../../api/energy';
import { ProblemError } from '../../../api/problem';
import { useComplex } from '../../../app/complex';
import { ButtonLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { useNow } from '../../../ui/useNow';
import { dayBefore, earliest, latest, monthsBetween, todayOf } from '../time';
import { useContracts } from '../useContracts';
import { CarbonPanel } from './CarbonPanel';
import { FigureCards } from './FigureCards';
import { MatchChart } from './MatchChart';
import { type By, daysFrom } from './match';

const route = getRouteApi('/app/energy/self_sufficiency');
const MONTHS_MAX = 12;

/** How far the complex lives on its own energy, and what the rest emits. */
export function SelfSufficiencyPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (values: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...values }), replace: true });
  const { id, all } = useComplex();
  const complex = id ?? all[0]?.id;
  const yesterday = dayBefore(todayOf(useNow(60_000)));
  const to = earliest(search.to ?? yesterday.slice(0, 7), yesterday.slice(0, 7));
  const from = earliest(search.from ?? to, to);
  const months = monthsBetween(from, to);
  const days = daysFrom({ from, to }, yesterday, MONTHS_MAX);
  const allowed: readonly By[] = months === 1 ? ['hour', 'day'] : ['day', 'month'];
  const by = allowed.find((each) => each === search.by) ?? (months > 2 ? 'month' : 'day');
  const found = useQuery({
    ...selfSufficiencyQuery(complex ?? '', { ...days, by, model_pv_kw: search.pv }),
    enabled: complex !== undefined,
  });
  const { data: meters = [] } = useQuery(metersQuery(complex));
  const contracts = useContracts();
  const whole = `complex:${complex}`;
  const choices = [
    { value: whole, label: t('carbon.of_complex') },
    ...meters
      .filter(({ terms }) => ['main', 'sub', 'virtual'].includes(terms.kind))
      .map((meter) => ({ value: `meter:${meter.id}`, label: meter.terms.name })),
    ...(contracts.data ?? []).map((contract) => ({
      value: `contract:${contract.id}`,
      label: t('carbon.of_contract', { name: contract.terms.name }),
    })),
  ];
  // What the address names and the reader may not see, or what is of another complex, is not asked for.
  const of = choices.find((choice) => choice.value === search.of)?.value ?? whole;
  const noMain =
    found.error instanceof ProblemError && found.error.code === 'self_sufficiency.no_main_meter';

  return (
    <Page
      title={t('self_sufficiency.title')}
      help={t('self_sufficiency.help')}
      asOf={found.dataUpdatedAt}
    >
      <Stack gap="md">
        <Group align="flex-end" gap="xs" className="no-print">
          <MonthField
            label={t('electricity_contract.first_month')}
            w={130}
            value={from}
            onChange={(month) => month && set({ from: month, to: latest(month, to) })}
          />
          <MonthField
            label={t('electricity_contract.final_month')}
            w={130}
            value={to}
            onChange={(month) => month && set({ from: earliest(month, from), to: month })}
          />
          <NumberInput
            label={t('self_sufficiency.model_kw')}
            w={220}
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            value={search.pv ?? ''}
            onBlur={(event) => {
              const typed = Number(event.currentTarget.value.replaceAll(',', ''));
              set({ pv: typed > 0 ? typed : undefined });
            }}
          />
        </Group>
        {noMain ? (
          <Empty title={t('self_sufficiency.none')}>
            <Stack align="center" gap="sm">
              <span>{t('self_sufficiency.none_next')}</span>
              <ButtonLink to="/energy/meters">{t('meter.title')}</ButtonLink>
            </Stack>
          </Empty>
        ) : (
          <Answer of={found}>
            {(data) => (
              <Stack gap="md">
                <Text size="sm">
                  {t('self_sufficiency.made_from', {
                    names: data.meters.map((meter) => meter.name).join(', '),
                  })}{' '}
                  {data.tenant_meters_left_out > 0 &&
                    t('self_sufficiency.tenants', { count: data.tenant_meters_left_out })}
                </Text>
                <FigureCards found={data} />
                <MatchChart
                  found={data}
                  by={by}
                  allowed={allowed}
                  onBy={(next) => set({ by: next })}
                />
              </Stack>
            )}
          </Answer>
        )}
        {complex && (
          <CarbonPanel
            of={of}
            choices={choices}
            days={days}
            purpose={search.purpose ?? 'disclosure'}
            product={search.product}
            onOf={(of) => set({ of })}
            onPurpose={(purpose) => set({ purpose })}
            onProduct={(product) => set({ product })}
          />
        )}
      </Stack>
    </Page>
  );
}
