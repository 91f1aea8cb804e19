import { List, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SavingMeasure } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';

/** Measured and stipulated parameters, or how a simulation was calibrated. */
function BasisItems({ basis }: { basis: NonNullable<SavingMeasure['plan']['basis']> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { measured = [], stipulated = [], calibration } = basis;
  return (
    <>
      {measured.length > 0 && (
        <List.Item>{t('measure_basis.measured_words', { names: measured.join(', ') })}</List.Item>
      )}
      {stipulated.map((each) => (
        <List.Item key={each.name}>{t('measure_basis.stipulated_words', each)}</List.Item>
      ))}
      {calibration && (
        <List.Item>
          {t('measure_basis.calibration_words', {
            program: calibration.program,
            cv_rmse: format.number(calibration.cv_rmse_percent, 1),
            nmbe: format.number(calibration.nmbe_percent, 1),
            source: calibration.source,
          })}
        </List.Item>
      )}
    </>
  );
}

/** What was done, when, at what cost, and by which variables it is measured. */
export function PlanPart({ measure }: { measure: SavingMeasure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { plan } = measure;
  const day = (date: string) => format.day(civil(`${date}T00:00:00`));
  const from = { from: day(plan.installed_from), to: day(plan.installed_to) };
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.plan')}>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('saving_measure.plan')}
        </Title>
        {plan.done && <Text size="sm">{plan.done}</Text>}
        <List size="sm">
          <List.Item>
            {t('saving_measure.installed')}: {t('saving_measure.span', from)}
          </List.Item>
          <List.Item>
            {t('saving_measure.cost')}:{' '}
            {typeof plan.cost_won === 'number'
              ? t('bill.won_of', { won: format.number(plan.cost_won) })
              : t('saving_measure.no_cost')}
          </List.Item>
          <List.Item>{t(`measure_option.${plan.option}`)}</List.Item>
          {plan.basis && <BasisItems basis={plan.basis} />}
          <List.Item>{t(`measure_estimator.${plan.estimator}`)}</List.Item>
          {(plan.variables ?? []).map(({ name, role, unit, source }) => (
            <List.Item key={name}>
              {t('saving_measure.variable_words', {
                name,
                unit,
                role: t(`measure_role.${role}`),
                source: t(`measure_source.${source.kind}`),
              })}
            </List.Item>
          ))}
          {(plan.variables ?? []).length === 0 && (
            <List.Item>{t('saving_measure.no_variables')}</List.Item>
          )}
        </List>
      </Stack>
    </Paper>
  );
}
