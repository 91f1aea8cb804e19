import { Alert, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeasureResult, SavingMeasure } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { DemonstratedPill, StatePill } from './StatePill';
import { coefficientName, near } from './words';

const YEAR_DAYS = 360;

interface ResultSheetProps {
  measure: SavingMeasure;
  customer: string | undefined;
  result: MeasureResult;
  /** What is shown besides: whether it is frozen, and whether it comes out otherwise now. */
  children?: ReactNode;
}

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} size="lg">
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </div>
  );
}

/** What a reader must know before he believes the figure. */
function useCautions(result: MeasureResult, plan: SavingMeasure['plan']): string[] {
  const { t } = useTranslation();
  const format = useFormat();
  const days =
    (Date.parse(`${plan.baseline.to}T00:00Z`) - Date.parse(`${plan.baseline.from}T00:00Z`)) /
      86_400_000 +
    1;
  const count = (n: number) => t(`measure_interval_count.${plan.interval}`, { n });
  const missing = [result.baseline.missing, result.reporting.missing] as const;
  return [
    ...(result.hidden ? [t('saving_measure.hidden')] : []),
    ...(missing[0] + missing[1] > 0
      ? [t('saving_measure.missing', { before: count(missing[0]), after: count(missing[1]) })]
      : []),
    ...(days < YEAR_DAYS
      ? [t('saving_measure.short_baseline', { days: format.number(days) })]
      : []),
    ...result.outside.map(({ name, least, greatest, periods }) =>
      t('saving_measure.outside', {
        name: coefficientName(t, name),
        least: format.number(least, 1),
        greatest: format.number(greatest, 1),
        periods: count(periods),
      }),
    ),
  ];
}

/** The head of a result: the saving with its interval, whether it is demonstrated, and what it is worth. */
export function ResultSheet({ measure, customer, result, children }: ResultSheetProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { plan } = measure;
  const { money } = result;
  const cautions = useCautions(result, plan);
  const day = (date: string) => format.day(civil(`${date}T00:00:00`));
  const span = (from: string, to: string) =>
    t('saving_measure.span', { from: day(from), to: day(to) });
  const [at68, at90, at95] = result.intervals;
  const kwh = (value: number | undefined) => format.number(value);
  const between = (at: typeof at90) =>
    at ? t('saving_measure.between', { low: kwh(at.low_kwh), high: kwh(at.high_kwh) }) : '–';
  const share = (at: typeof at90) =>
    typeof at?.fraction === 'number'
      ? t('saving_measure.of_saving', { share: format.percent(at.fraction) })
      : undefined;
  const years = (value: number | null | undefined) =>
    typeof value === 'number' ? format.number(value, 1) : '∞';
  return (
    <Paper withBorder p="md" component="section" aria-label={t('saving_measure.result')}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Group gap="xs">
              <Title order={2} size="h3">
                {plan.name}
              </Title>
              <StatePill state={measure.state} />
            </Group>
            <Text size="sm">
              {[customer, t('saving_measure.ipmvp', { option: plan.option.toUpperCase() })]
                .filter(Boolean)
                .join(' · ')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('saving_measure.baseline')} {span(plan.baseline.from, plan.baseline.to)}
            </Text>
            <Text size="sm" c="dimmed">
              {t('saving_measure.reporting')} {span(plan.reporting.from, plan.reporting.to)}
            </Text>
          </div>
          <div className="saving-total">
            <Group gap="xs" justify="flex-end">
              <Text size="sm" c="dimmed">
                {t('saving_measure.saving')}
              </Text>
              <DemonstratedPill demonstrated={result.demonstrated} />
            </Group>
            <Text className="saving-total-kwh" data-testid="saving-total">
              {kwh(result.saving_kwh)} ± {kwh(at90?.plus_minus_kwh)} kWh
            </Text>
            <Text size="sm" c="dimmed">
              {t('saving_measure.confidence_90')}
            </Text>
          </div>
        </Group>
        {!result.demonstrated && (
          <Alert
            color="yellow"
            variant="outline"
            p="xs"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('saving_measure.not_demonstrated_title')}
          >
            <List size="sm">
              {result.doubts.map((doubt) => (
                <List.Item key={doubt}>{t(`measure_doubt.${doubt}`)}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        {children}
        <SimpleGrid cols={{ base: 2, md: 4 }} verticalSpacing="xs">
          <Fact
            label={t('saving_measure.ratio')}
            value={
              typeof result.saving_ratio === 'number'
                ? format.percent(near(result.saving_ratio))
                : '–'
            }
            note={t('saving_measure.ratio_note', { kwh: kwh(result.adjusted_baseline_kwh) })}
          />
          <Fact label={t('saving_measure.at_68')} value={between(at68)} {...noteOf(share(at68))} />
          <Fact
            label={t('saving_measure.at_90_kwh')}
            value={between(at90)}
            {...noteOf(share(at90))}
          />
          <Fact label={t('saving_measure.at_95')} value={between(at95)} {...noteOf(share(at95))} />
          {money && (
            <Fact
              label={t('saving_measure.won')}
              value={t('bill.won_of', { won: kwh(money.saving_won) })}
              note={t('saving_measure.won_between', {
                low: kwh(money.low_won),
                high: kwh(money.high_won),
              })}
            />
          )}
          {money && (
            <Fact
              label={t('saving_measure.price')}
              value={t('bill_rate.kwh', { rate: format.number(money.won_per_kwh, 1) })}
              note={t('saving_measure.price_note')}
            />
          )}
          {money && typeof money.payback_years === 'number' && (
            <Fact
              label={t('saving_measure.payback')}
              value={t('saving_measure.years', { years: years(money.payback_years) })}
              note={t('saving_measure.payback_between', {
                low: years(money.payback_low_years),
                high: years(money.payback_high_years),
              })}
            />
          )}
          <Fact label={t('saving_measure.observed')} value={`${kwh(result.observed_kwh)} kWh`} />
        </SimpleGrid>
        {cautions.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              {t('bill.notes')}
            </Text>
            <List size="sm" aria-label={t('bill.notes')}>
              {cautions.map((words) => (
                <List.Item key={words}>{words}</List.Item>
              ))}
            </List>
          </div>
        )}
        <Text size="xs" c="dimmed">
          {t('saving_measure.formula_note')}
        </Text>
      </Stack>
    </Paper>
  );
}

const noteOf = (note: string | undefined) => (note === undefined ? {} : { note });
