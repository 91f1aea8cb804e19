import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DrFitness } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';
import { METHOD_NAMES, rulesKey } from './rules';
import './response.css';

interface MethodTableProps {
  fitness: DrFitness;
  onRules: (key: string) => void;
}

/** Every way of making a baseline, the smallest error first. */
export function MethodTable({ fitness, onRules }: MethodTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const chosen = rulesKey(fitness.days.rules);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('response.methods')}>
      <Title order={2} size="h4">
        {t('response.methods')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('response.methods_help')}
      </Text>
      <Table.ScrollContainer minWidth={760}>
        <Table aria-label={t('response.methods')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('response.method')}</Table.Th>
              <Table.Th>{t('response.adjustment')}</Table.Th>
              <Table.Th ta="right">RRMSE (%)</Table.Th>
              <Table.Th ta="right">{t('response.bias')} (%)</Table.Th>
              <Table.Th ta="right">{t('response.mae')} (kWh)</Table.Th>
              <Table.Th ta="right">{t('response.days_hours')}</Table.Th>
              <Table.Th>{t('response.judged')}</Table.Th>
              <Table.Th>{t('response.reasons')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fitness.methods.map((row) => {
              const key = rulesKey(row.rules);
              const name = METHOD_NAMES[row.rules.method] ?? row.rules.method;
              const adjusted = t(`response.adjustment_${row.rules.adjustment}`);
              return (
                <Table.Tr key={key} data-selected={key === chosen || undefined}>
                  <Table.Td>
                    <button
                      type="button"
                      className="method-button"
                      aria-pressed={key === chosen}
                      aria-label={t('response.show_method', { method: name, adjusted })}
                      onClick={() => onRules(key)}
                    >
                      {name}
                    </button>
                    {row.rules.method === 'mid_8_10' && <> {t('response.unverified_mark')}</>}
                  </Table.Td>
                  <Table.Td>{adjusted}</Table.Td>
                  <Table.Td ta="right">
                    <b>{format.number(row.rrmse_percent, 1)}</b>
                  </Table.Td>
                  <Table.Td ta="right">
                    {row.bias_percent > 0 ? '+' : ''}
                    {format.number(row.bias_percent, 2)}
                  </Table.Td>
                  <Table.Td ta="right">{format.number(row.mae_kwh, 1)}</Table.Td>
                  <Table.Td ta="right">
                    {format.number(row.days)} · {format.number(row.hours)}
                  </Table.Td>
                  <Table.Td>
                    <Pill tone={row.passes ? 'good' : 'danger'}>
                      {t(row.passes ? 'response.pass' : 'response.fail')}
                    </Pill>
                  </Table.Td>
                  <Table.Td>
                    {row.reasons.length === 0
                      ? '–'
                      : row.reasons.map(({ code, value }) => (
                          <Text size="sm" key={code}>
                            {t(`response.reason_${code}`, {
                              value: format.number(value, code === 'days_left_out' ? 0 : 1),
                            })}
                          </Text>
                        ))}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
