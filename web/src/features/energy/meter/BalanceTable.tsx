import { Alert, Paper, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MeterBalance, MeterBalancePeriod } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';

type Part = MeterBalancePeriod['parts'][number];

/** What meters of some kinds account for. */
const sum = (
  parts: readonly Part[],
  kinds: readonly Part['kind'][],
  of: 'forward_kwh' | 'back_kwh',
) => parts.filter((part) => kinds.includes(part.kind)).reduce((all, part) => all + part[of], 0);

const METERS = ['main', 'sub'] as const;

/** What of the columns there is anything to say in. */
interface Shown {
  generator: boolean;
  battery: boolean;
}

interface RowProps {
  period: MeterBalancePeriod;
  name: string;
  shown: Shown;
}

function Row({ period, name, shown }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { parts } = period;
  const below = sum(parts, METERS, 'forward_kwh') - sum(parts, METERS, 'back_kwh');
  const known = period.missing_slots < period.slots;
  const kwh = (value: number) => (known ? format.number(value, 1) : '–');
  return (
    <>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{name}</Table.Td>
      <Table.Td ta="right">{kwh(period.drawn_kwh)}</Table.Td>
      {shown.generator && (
        <Table.Td ta="right">{kwh(sum(parts, ['generator'], 'forward_kwh'))}</Table.Td>
      )}
      {shown.battery && <Table.Td ta="right">{kwh(sum(parts, ['battery'], 'back_kwh'))}</Table.Td>}
      <Table.Td ta="right">{kwh(below)}</Table.Td>
      {shown.battery && (
        <Table.Td ta="right">{kwh(sum(parts, ['battery'], 'forward_kwh'))}</Table.Td>
      )}
      <Table.Td ta="right">{kwh(period.fed_back_kwh)}</Table.Td>
      <Table.Td ta="right">
        {period.rest_kwh === null || period.rest_kwh === undefined ? (
          period.hidden_meters > 0 ? (
            <Pill>{t('meter.hidden')}</Pill>
          ) : (
            '–'
          )
        ) : (
          <b>{format.number(period.rest_kwh, 1)}</b>
        )}
      </Table.Td>
      <Table.Td ta="right">
        {period.rest_percent === null || period.rest_percent === undefined
          ? '–'
          : `${format.number(period.rest_percent, 1)} %`}
      </Table.Td>
      <Table.Td>
        {period.warnings.map((warning) => (
          <Pill key={warning.code} tone="warning">
            {t(`meter_warning.${warning.code}`)}
          </Pill>
        ))}{' '}
        {period.missing_slots > 0 && (
          <Pill tone="caution">{t('meter.missing', { count: period.missing_slots })}</Pill>
        )}
      </Table.Td>
    </>
  );
}

/** What came in, what is accounted for and what is not, day by day. */
export function BalanceTable({ balance }: { balance: MeterBalance }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { total } = balance;
  const has = (kind: Part['kind']) => total.parts.some((part) => part.kind === kind);
  const shown = { generator: has('generator'), battery: has('battery') };
  const words = (warning: MeterBalancePeriod['warnings'][number]) =>
    i18n.language.startsWith('ko') ? warning.ko : warning.en;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('meter.balance')}>
      <Title order={2} size="h4">
        {t('meter.balance')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('meter.balance_help', { percent: balance.limit_percent })}
      </Text>
      {total.hidden_meters > 0 && (
        <Alert
          color="gray"
          variant="outline"
          mb="xs"
          title={t('meter.hidden_title', { count: total.hidden_meters })}
        >
          {total.unshown_kwh === null || total.unshown_kwh === undefined
            ? t('meter.hidden_few')
            : t('meter.hidden_many', { kwh: format.number(total.unshown_kwh) })}
        </Alert>
      )}
      {balance.hidden_partly && (
        <Alert color="yellow" variant="outline" mb="xs">
          {t('meter.hidden_partly')}
        </Alert>
      )}
      {total.warnings.map((warning) => (
        <Alert
          key={warning.code}
          color="orange"
          variant="outline"
          mb="xs"
          icon={<IconAlertTriangle aria-hidden />}
          title={t(`meter_warning.${warning.code}`)}
        >
          {words(warning)}
        </Alert>
      ))}
      <Table.ScrollContainer minWidth={980}>
        <Table aria-label={t('meter.balance')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('meter.day')}</Table.Th>
              <Table.Th ta="right">{t('meter.drawn')}</Table.Th>
              {shown.generator && <Table.Th ta="right">{t('meter.generated')}</Table.Th>}
              {shown.battery && <Table.Th ta="right">{t('meter.discharged')}</Table.Th>}
              <Table.Th ta="right">{t('meter.below')}</Table.Th>
              {shown.battery && <Table.Th ta="right">{t('meter.charged')}</Table.Th>}
              <Table.Th ta="right">{t('meter.fed_back')}</Table.Th>
              <Table.Th ta="right">{t('meter.rest')}</Table.Th>
              <Table.Th ta="right">%</Table.Th>
              <Table.Th>{t('meter.remark')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Table.Tr fw={600}>
              <Row period={total} name={t('meter.total')} shown={shown} />
            </Table.Tr>
            {[...balance.items].reverse().map((period) => (
              <Table.Tr key={period.from}>
                <Row period={period} name={period.from} shown={shown} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt={4}>
        {t('meter.same_slots')}{' '}
        {t('meter.tolerance_help', { kwh: format.number(total.tolerance_kwh, 1) })}
      </Text>
    </Paper>
  );
}
