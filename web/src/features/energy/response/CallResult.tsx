import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { drEventResultQuery } from '../../../api/energy';
import type { DrEvent } from '../../../api/types';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

/** What a call came to, hour by hour. */
export function CallResult({ contract, call }: { contract: string; call: DrEvent }) {
  const { t } = useTranslation();
  const format = useFormat();
  const result = useQuery(drEventResultQuery(contract, call.id));
  return (
    <Stack gap="xs" mt="sm" component="section" aria-label={t('response.result')}>
      <Title order={3} size="h5">
        {t('response.result_of', {
          day: call.terms.day,
          first: call.terms.first_hour,
          end: call.terms.end_hour,
        })}
      </Title>
      <Answer of={result}>
        {(found) => (
          <>
            <Text fw={600}>
              {typeof found.percent === 'number'
                ? t(found.reduction_kwh < 0 ? 'response.result_more' : 'response.result_words', {
                    reduction: format.number(Math.abs(found.reduction_kwh), 1),
                    requested: format.number(found.requested_kwh, 1),
                    percent: format.number(found.percent, 1),
                  })
                : t('response.result_unknown')}
            </Text>
            {found.missing_hours.length > 0 && (
              <Alert color="yellow" variant="outline">
                {t('response.missing_hours', { hours: found.missing_hours.join(', ') })}
              </Alert>
            )}
            {found.hidden && <Alert color="yellow" variant="outline" title={t('bill.hidden')} />}
            <Table aria-label={t('response.result')} verticalSpacing={4} maw={620}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('response.hour_name')}</Table.Th>
                  <Table.Th ta="right">{t('response.baseline')} (kWh)</Table.Th>
                  <Table.Th ta="right">{t('response.actual')} (kWh)</Table.Th>
                  <Table.Th ta="right">{t('response.reduction')} (kWh)</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.hours.map(({ hour, baseline_kwh, actual_kwh }) => (
                  <Table.Tr key={hour}>
                    <Table.Td>{t('response.hours_of', { first: hour, end: hour + 1 })}</Table.Td>
                    <Table.Td ta="right">{format.number(baseline_kwh, 1)}</Table.Td>
                    <Table.Td ta="right">
                      {typeof actual_kwh === 'number'
                        ? format.number(actual_kwh, 1)
                        : t('response.not_known')}
                    </Table.Td>
                    <Table.Td ta="right">
                      {typeof actual_kwh === 'number'
                        ? format.number(baseline_kwh - actual_kwh, 1)
                        : '–'}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            <Text size="sm" c="dimmed">
              {t('response.made_of', { days: found.days.join(', ') })} {t('response.no_settlement')}
            </Text>
            <details>
              <summary>{t('response.unverified', { count: found.unverified.length })}</summary>
              <ul>
                {found.unverified.map((what) => (
                  <li key={what}>{t(`response.unverified_${what}`)}</li>
                ))}
              </ul>
            </details>
          </>
        )}
      </Answer>
    </Stack>
  );
}
