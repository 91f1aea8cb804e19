import { Alert, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconBattery3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Dispatch } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { Assumptions } from './Assumptions';

const MOST = 100;

/** What the battery would have saved: the most, what a controller kept of it, and by which part. */
export function Saving({ plan }: { plan: Dispatch }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { before, after, kept_percent } = plan;
  const won = (value: number) => t('bill.won_of', { won: format.number(Math.round(value)) });
  const [low, high] = kept_percent;
  const kept = (percent: number | undefined) => won((plan.saving_won * (percent ?? 0)) / MOST);
  const share = before.total_won > 0 ? plan.saving_won / before.total_won : 0;
  const parts = [
    { part: 'energy', before: before.energy_won, after: after.energy_won },
    { part: 'demand', before: before.demand_won, after: after.demand_won },
    { part: 'wear', before: before.wear_won, after: after.wear_won },
    { part: 'total', before: before.total_won, after: after.total_won },
  ] as const;
  const saves = plan.saving_won >= 1;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('dispatch.saving')}>
      <Stack gap="sm">
        <Alert
          color={saves ? 'blue' : 'gray'}
          variant="outline"
          icon={<IconBattery3 aria-hidden />}
          title={
            <Text component="h2" size="lg" fw={700} m={0} data-testid="dispatch-saving">
              {saves
                ? t('dispatch.saves', {
                    won: won(plan.saving_won),
                    percent: format.number(share * MOST, 2),
                  })
                : t('dispatch.saves_nothing')}
            </Text>
          }
        >
          {saves && (
            <Text>
              {t('dispatch.kept', {
                low: kept(low),
                high: kept(high),
                low_percent: format.number(low),
                high_percent: format.number(high),
              })}
            </Text>
          )}
          <Text>
            {t('dispatch.target', {
              kw: format.number(plan.target_kw, 1),
              before: format.number(Math.max(...plan.months.map((m) => m.billed_before_kw)), 1),
            })}
          </Text>
        </Alert>
        <Table.ScrollContainer minWidth={520}>
          <Table aria-label={t('dispatch.saving')} verticalSpacing={4} maw={760}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('dispatch.part')}</Table.Th>
                <Table.Th ta="right">{t('dispatch.before')}</Table.Th>
                <Table.Th ta="right">{t('dispatch.after')}</Table.Th>
                <Table.Th ta="right">{t('dispatch.difference')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {parts.map(({ part, before, after }) => (
                <Table.Tr key={part} fw={part === 'total' ? 700 : undefined}>
                  <Table.Td>{t(`dispatch.part_${part}`)}</Table.Td>
                  <Table.Td ta="right">{won(before)}</Table.Td>
                  <Table.Td ta="right">{won(after)}</Table.Td>
                  <Table.Td ta="right">
                    {after - before > 0.5 ? '+' : ''}
                    {won(after - before)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Title order={3} size="h5">
          {t('dispatch.rests_on')}
        </Title>
        <Assumptions basis={plan.basis} />
      </Stack>
    </Paper>
  );
}
