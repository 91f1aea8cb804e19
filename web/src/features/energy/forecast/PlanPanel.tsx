import { ActionIcon, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { loadPlansQuery } from '../../../api/energy';
import type { ElectricityContract, LoadPlan } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { civil, monthAfter } from '../time';
import { PlanDialog } from './PlanDialog';
import { daysOf, planOf, weeksOf } from './plan';

interface PlanPanelProps {
  contract: ElectricityContract;
  month: string;
  today: string;
  /** The day whose forecast is shown. */
  chosen: string;
  onMonth: (month: string) => void;
}

function usePlanWords() {
  const { t } = useTranslation();
  return ({ kind, factor_percent }: LoadPlan) =>
    kind === 'shutdown'
      ? t('load_plan_kind.shutdown')
      : t('load_plan.percent', { percent: factor_percent });
}

interface MonthProps extends Omit<PlanPanelProps, 'contract' | 'onMonth'> {
  plans: readonly LoadPlan[];
  may: boolean;
  onDay: (day: string) => void;
}

function Month({ month, plans, today, chosen, may, onDay }: MonthProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const words = usePlanWords();
  const weeks = weeksOf(month);
  // 5 January 2026 is a Monday.
  const names = Array.from({ length: 7 }, (_, n) =>
    new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' }).format(
      Date.UTC(2026, 0, 5 + n),
    ),
  );
  return (
    <table className="plan-calendar" aria-label={t('load_plan.calendar')}>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find(Boolean)}>
            {week.map((day, place) => {
              // biome-ignore lint/suspicious/noArrayIndexKey: an empty place has no other name.
              if (!day) return <td key={place} data-outside />;
              const plan = planOf(plans, day);
              const told = [format.day(civil(`${day}T00:00:00`)), plan && words(plan), plan?.note]
                .filter(Boolean)
                .join(' · ');
              return (
                <td key={day} data-kind={plan?.kind} data-chosen={day === chosen || undefined}>
                  <button
                    type="button"
                    title={told}
                    aria-label={plan || !may ? told : t('load_plan.add_on', { day: told })}
                    disabled={!may || plan !== undefined}
                    data-today={day === today || undefined}
                    onClick={() => onDay(day)}
                  >
                    <span>{Number(day.slice(8))}</span>
                    <small>{plan ? words(plan) : ''}</small>
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Entries({ plans, may }: { plans: readonly LoadPlan[]; may: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePlanWords();
  const withdraw = useChange({
    refresh: [['load_plans'], ['forecast'], ['anomalies']],
    done: t('load_plan.withdrawn'),
    run: (id: string) => ok(api.DELETE('/api/v1/load_plans/{id}', { params: { path: { id } } })),
  });
  const day = (date: string) => format.day(civil(`${date}T00:00:00`));
  if (plans.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('load_plan.none')}
      </Text>
    );
  }
  return (
    <Stack gap="xs" component="ul" className="plan-list" aria-label={t('load_plan.entries')}>
      {plans.map((plan) => (
        <Group key={plan.id} justify="space-between" wrap="nowrap" component="li">
          <div>
            <Text size="sm" fw={600}>
              {plan.from === plan.to ? day(plan.from) : `${day(plan.from)} ~ ${day(plan.to)}`}
            </Text>
            <Text size="sm" c="dimmed">
              {[words(plan), plan.note, plan.created_by.name].filter(Boolean).join(' · ')}
            </Text>
          </div>
          <MayButton
            may={may}
            size="compact-sm"
            variant="default"
            loading={withdraw.isPending && withdraw.variables === plan.id}
            aria-label={`${day(plan.from)}: ${t('load_plan.withdraw')}`}
            onClick={() => withdraw.mutate(plan.id)}
          >
            {t('load_plan.withdraw')}
          </MayButton>
        </Group>
      ))}
    </Stack>
  );
}

/** When the customer shuts down, or makes more or less: the forecast follows it. */
export function PlanPanel({ contract, month, today, chosen, onMonth }: PlanPanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const plans = useQuery(loadPlansQuery(contract.id, daysOf(month)));
  const [adding, setAdding] = useState<string>();
  const steps = [
    { word: t('load_plan.month_before'), Icon: IconChevronLeft, by: -1 },
    { word: t('load_plan.month_after'), Icon: IconChevronRight, by: 1 },
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('load_plan.title')}>
      <Group justify="space-between" align="flex-start" mb="xs" wrap="nowrap">
        <div>
          <Title order={2} size="h4">
            {t('load_plan.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('load_plan.help')}
          </Text>
        </div>
        <MayButton
          may={may}
          variant="default"
          style={{ flexShrink: 0 }}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(today)}
        >
          {t('load_plan.add')}
        </MayButton>
      </Group>
      <Group gap="xs" mb={4}>
        {steps.map(({ word, Icon, by }) => (
          <ActionIcon
            key={by}
            variant="default"
            aria-label={word}
            onClick={() => onMonth(monthAfter(month, by))}
          >
            <Icon size={18} />
          </ActionIcon>
        ))}
        <Text fw={600}>{format.month(month)}</Text>
      </Group>
      <Answer of={plans}>
        {(rows) => (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Month
              month={month}
              plans={rows}
              today={today}
              chosen={chosen}
              may={may}
              onDay={setAdding}
            />
            <Entries plans={rows} may={may} />
          </SimpleGrid>
        )}
      </Answer>
      {adding && (
        <PlanDialog contract={contract.id} day={adding} onClose={() => setAdding(undefined)} />
      )}
    </Paper>
  );
}
