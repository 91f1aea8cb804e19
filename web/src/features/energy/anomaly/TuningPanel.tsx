import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Anomalies } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { shiftOf } from './event';

/** What the verdicts have done to the detector, kind by kind. */
export function TuningPanel({ tuning }: { tuning: Anomalies['tuning'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = (factor: number) => {
    const percent = shiftOf(factor);
    if (percent === 0) return t('anomaly.tuned_not');
    return t(percent > 0 ? 'anomaly.tuned_up' : 'anomaly.tuned_down', {
      percent: format.number(Math.abs(percent)),
    });
  };
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('anomaly.tuning')}>
      <Title order={2} size="h4">
        {t('anomaly.tuning')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('anomaly.tuning_help')}
      </Text>
      <Table.ScrollContainer minWidth={520}>
        <Table aria-label={t('anomaly.tuning')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('anomaly.kind')}</Table.Th>
              <Table.Th ta="right">{t('anomaly_verdict.yes')}</Table.Th>
              <Table.Th ta="right">{t('anomaly_verdict.no')}</Table.Th>
              <Table.Th>{t('anomaly.threshold')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tuning.map(({ kind, factor, yes, no }) => (
              <Table.Tr key={kind}>
                <Table.Td>{t(`anomaly_kind.${kind}`, { defaultValue: kind })}</Table.Td>
                <Table.Td ta="right">{format.number(yes)}</Table.Td>
                <Table.Td ta="right">{format.number(no)}</Table.Td>
                <Table.Td>{words(factor)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
