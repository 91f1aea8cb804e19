import { Alert, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Gauge } from '../../../api/types';
import { ButtonLink } from '../../../ui/links';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { GaugeDial } from './GaugeDial';
import { breachWon } from './gauge';
import './peak.css';

const SECOND_MS = 1_000;
const MINUTE_S = 60;

/** The running quarter of an hour: where it will end, what that costs, and what to do. */
export function GaugePanel({ gauge, contract }: { gauge: Gauge; contract: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(SECOND_MS);
  const left = Math.max(0, Math.round((Date.parse(gauge.until) - now) / SECOND_MS));
  const clock = `${Math.floor(left / MINUTE_S)}:${String(left % MINUTE_S).padStart(2, '0')}`;
  const { cast, limit_kw, warning } = gauge;
  const kw = (value: number | null | undefined) => format.number(value, 0);
  const told = cast
    ? t(limit_kw ? 'gauge.told' : 'gauge.told_no_limit', {
        p50: kw(cast.p50_kw),
        p90: kw(cast.p90_kw),
        limit: kw(limit_kw),
      })
    : t(`gauge.state_${gauge.state}`);
  const won = breachWon(gauge);
  const isOver = warning === 'warn' || warning === 'too_late';
  const rows = [
    ['gauge.now', cast && `${kw(cast.now_kw)} kW`],
    ['gauge.so_far', gauge.so_far_kwh != null && `${format.number(gauge.so_far_kwh, 1)} kWh`],
    [`gauge.limit_${gauge.limit_from}`, limit_kw != null && `${kw(limit_kw)} kW`],
    ['gauge.billing_demand', gauge.billing_demand && `${kw(gauge.billing_demand.kw)} kW`],
    ['gauge.month_peak', gauge.month_peak && `${kw(gauge.month_peak.kw)} kW`],
    [
      'gauge.price',
      gauge.price &&
        t('gauge.price_of', {
          won: format.number(gauge.price.won_per_kw),
          count: gauge.price.months,
        }),
    ],
  ] as const;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('gauge.title')}>
      <Group justify="space-between" align="baseline">
        <Title order={2} size="h4">
          {t('gauge.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('gauge.span', {
            from: format.clock(gauge.from, false),
            until: format.clock(gauge.until, false),
            left: clock,
          })}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" mt="xs">
        <GaugeDial gauge={gauge} told={told} />
        <Stack gap="sm" justify="center">
          {gauge.state !== 'live' && (
            <Alert color="gray" variant="outline" title={t(`gauge.state_${gauge.state}`)}>
              {t(`gauge.state_${gauge.state}_next`)}
              {['no_power', 'no_terms', 'not_own'].includes(gauge.state) && (
                <ButtonLink to="/energy/contracts" search={{ contract }} size="xs" mt="xs">
                  {t('gauge.to_contract')}
                </ButtonLink>
              )}
            </Alert>
          )}
          {gauge.state === 'live' && gauge.counts === false && (
            <Alert color="gray" variant="outline" title={t('gauge.light')}>
              {t('gauge.light_why')}
            </Alert>
          )}
          {isOver && (
            <Alert
              color="red"
              variant="filled"
              icon={<IconAlertTriangle aria-hidden />}
              title={t(`gauge.${warning}`)}
            >
              {t('gauge.shed', { kw: kw((cast?.p50_kw ?? 0) - (limit_kw ?? 0)) })}{' '}
              {won > 0 &&
                t('gauge.breach', { won: format.number(won), count: gauge.price?.months })}
            </Alert>
          )}
          {warning === 'watch' && (
            <Alert
              color="yellow"
              variant="outline"
              icon={<IconEye aria-hidden />}
              title={t('gauge.watch')}
            >
              {told}
            </Alert>
          )}
          {gauge.state === 'live' && warning === 'none' && gauge.counts !== false && (
            <Text fw={600}>{told}</Text>
          )}
          <dl className="gauge-rows">
            {rows.map(
              ([word, value]) =>
                value && (
                  <div key={word}>
                    <dt>{t(word)}</dt>
                    <dd>{value}</dd>
                  </div>
                ),
            )}
          </dl>
          {(gauge.billing_demand?.unknown.length ?? 0) > 0 && (
            <Text size="sm" c="dimmed">
              {t('gauge.unknown_months', { count: gauge.billing_demand?.unknown.length })}
            </Text>
          )}
        </Stack>
      </SimpleGrid>
    </Paper>
  );
}
