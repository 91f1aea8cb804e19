import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlanBasis } from '../../../api/types';
import { optionName } from '../../../app/vocabulary/tariff';
import { useFormat } from '../../../ui/useFormat';

/** What a figure rests on: days, tariff, and every assumption in words. */
export function Assumptions({ basis }: { basis: PlanBasis }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap={4}>
      <Text size="sm">
        {t('dispatch.basis', {
          first: basis.first,
          last: basis.last,
          months: basis.months,
          option: optionName(t, basis.option),
          kw: format.number(basis.contract_kw),
          charge: format.number(basis.charge_won_per_kw),
        })}
      </Text>
      <Text size="sm" fw={600}>
        {t('dispatch.assumes')}
      </Text>
      <List size="sm" aria-label={t('dispatch.assumes')}>
        {basis.assumes.map((name) => (
          <List.Item key={name}>
            {t(`dispatch.assumes_${name}`, {
              count: basis.filled_slots,
              tariff: basis.tariff,
              months: basis.months,
            })}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
