import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DrFitness } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';

/** Which days were measured, and why the others were not. */
export function LeftOut({ fitness }: { fitness: DrFitness }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { days } = fitness;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('response.days')}>
      <Title order={2} size="h4">
        {t('response.days')}
      </Title>
      <Text size="sm">
        {t('response.days_words', {
          from: fitness.from,
          to: fitness.to,
          measured: days.measured,
          weekend: days.weekend,
          holiday: days.holiday,
          left: days.left_out.length,
        })}
      </Text>
      {days.left_out.length > 0 && (
        <details>
          <summary>{t('response.left_out', { count: days.left_out.length })}</summary>
          <Table aria-label={t('response.left_out_table')} verticalSpacing={4} maw={480}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('response.date')}</Table.Th>
                <Table.Th>{t('response.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.left_out.map(({ date, reason }) => (
                <Table.Tr key={date}>
                  <Table.Td>{format.day(civil(`${date}T00:00:00`))}</Table.Td>
                  <Table.Td>{t(`response.left_${reason}`)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </Paper>
  );
}
