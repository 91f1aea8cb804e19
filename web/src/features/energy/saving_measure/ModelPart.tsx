import { List, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeasurePlan, MeasureResult } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { coefficientName, coefficientUnit, modelWords, near } from './words';

/** A coefficient whose value is less than so many standard errors explains nothing. */
const T_MIN = 2;

interface ModelPartProps {
  result: MeasureResult;
  plan: MeasurePlan;
}

/** The model of the baseline: in words, and as its coefficients. */
export function ModelPart({ result, plan }: ModelPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { model } = result;
  const variables = plan.variables ?? [];
  const facts = [
    [t('saving_measure.r2'), format.number(model.adjusted_r2, 3)],
    ['CV(RMSE)', format.percent(model.cvrmse)],
    ['NMBE', format.percent(near(model.nmbe))],
    [t('saving_measure.autocorrelation'), format.number(model.autocorrelation, 2)],
    [
      t('saving_measure.n'),
      t(`measure_interval_count.${plan.interval}`, { n: format.number(model.n) }),
    ],
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.model')}>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('saving_measure.model')}
        </Title>
        <List size="sm">
          {modelWords(t, format.number, model, plan.interval, variables).map((words) => (
            <List.Item key={words}>{words}</List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed">
          {typeof model.rho === 'number'
            ? t('saving_measure.by_gls', { rho: format.number(model.rho, 2) })
            : t('saving_measure.by_ols')}
        </Text>
        <SimpleGrid cols={{ base: 2, sm: 5 }} verticalSpacing="xs">
          {facts.map(([label, value]) => (
            <div key={label}>
              <Text size="sm" c="dimmed">
                {label}
              </Text>
              <Text fw={600}>{value}</Text>
            </div>
          ))}
        </SimpleGrid>
        <Table.ScrollContainer minWidth={520}>
          <Table aria-label={t('saving_measure.coefficients')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('saving_measure.coefficient')}</Table.Th>
                <Table.Th ta="right">{t('saving_measure.value')}</Table.Th>
                <Table.Th ta="right">{t('saving_measure.standard_error')}</Table.Th>
                <Table.Th ta="right">t</Table.Th>
                <Table.Th>{t('saving_measure.unit')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {model.coefficients.map(({ name, value, standard_error }) => {
                const ratio = value / standard_error;
                return (
                  <Table.Tr key={name}>
                    <Table.Td>{coefficientName(t, name)}</Table.Td>
                    <Table.Td ta="right">{format.number(value, 3)}</Table.Td>
                    <Table.Td ta="right">{format.number(standard_error, 3)}</Table.Td>
                    <Table.Td ta="right">
                      {Number.isFinite(ratio) ? format.number(ratio, 1) : '–'}
                      {Math.abs(ratio) < T_MIN && ` (${t('saving_measure.weak')})`}
                    </Table.Td>
                    <Table.Td>{coefficientUnit(t, name, plan.interval, variables)}</Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Stack>
    </Paper>
  );
}
