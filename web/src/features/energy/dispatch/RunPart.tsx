import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dispatchRunQuery } from '../../../api/energy';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Assumptions } from './Assumptions';

interface RunPartProps {
  contract: string;
  size: { kwh: number; kw: number };
  /** The month to run; absent: the last one that is over. */
  month: string | undefined;
}

/** What a controller keeps of the upper bound on this very meter. */
export function RunPart({ contract, size, month }: RunPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState(false);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('dispatch.run')}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end">
          <div>
            <Title order={2} size="h4">
              {t('dispatch.run')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('dispatch.run_help')}
            </Text>
          </div>
          {!asked && (
            <Button variant="default" onClick={() => setAsked(true)}>
              {month
                ? t('dispatch.run_month', { month: format.month(month) })
                : t('dispatch.run_start')}
            </Button>
          )}
        </Group>
        {asked && <Run contract={contract} size={size} month={month} />}
      </Stack>
    </Paper>
  );
}

function Run({ contract, size, month }: RunPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const run = useQuery(
    dispatchRunQuery(contract, { month, capacity_kwh: size.kwh, power_kw: size.kw }),
  );
  const won = (value: number) => t('bill.won_of', { won: format.number(Math.round(value)) });
  const kw = (value: number) => format.number(value, 1);
  return (
    <Answer of={run}>
      {(found) => (
        <>
          <Alert
            color={found.saving_run_won > 0 ? 'blue' : 'yellow'}
            variant="outline"
            title={
              <Text component="h3" fw={700} m={0} data-testid="dispatch-run">
                {t(found.saving_run_won > 0 ? 'dispatch.run_kept' : 'dispatch.run_lost', {
                  month: format.month(found.month),
                  plan: won(found.saving_plan_won),
                  run: won(found.saving_run_won),
                  percent: format.number(found.kept_percent, 1),
                })}
              </Text>
            }
          >
            {t('dispatch.run_words', {
              days: found.past_days,
              target: kw(found.target_kw),
              before: kw(found.demand_before_kw),
              demand: kw(found.demand_run_kw),
              best: kw(found.demand_plan_kw),
            })}
          </Alert>
          <Assumptions basis={found.basis} />
        </>
      )}
    </Answer>
  );
}
