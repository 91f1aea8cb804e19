import { Button, Paper, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { SavingMeasure } from '../../../api/types';
import { FormDialog } from '../../../ui/FormDialog';
import { Pill } from '../../../ui/Pill';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

const REFRESH = [['saving_measures'], ['saving_measure'], ['saving_result']];

/** Non-routine adjustments, each with its sign, its reason, its evidence and who answers for it. */
export function Adjustments({ measure }: { measure: SavingMeasure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [adding, setAdding] = useState(false);
  const may = measure.may.includes('adjust');
  const add = useChange({
    quiet: true,
    refresh: REFRESH,
    done: t('ui.added'),
    run: (values: Record<string, string>) =>
      ok(
        api.POST('/api/v1/saving_measures/{id}/adjustments', {
          params: { path: { id: measure.id } },
          body: {
            version: measure.version,
            kwh: Number(values.kwh),
            reason: values.reason ?? '',
            evidence: values.evidence ?? '',
          },
        }),
      ),
    onDone: () => setAdding(false),
  });
  const strike = useChange({
    refresh: REFRESH,
    run: (adjustment: string) =>
      ok(
        api.DELETE('/api/v1/saving_measures/{id}/adjustments/{adjustment}', {
          params: { path: { id: measure.id, adjustment }, query: { version: measure.version } },
        }),
      ),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.adjustments')}>
      <Title order={2} size="h4">
        {t('saving_measure.adjustments')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('saving_measure.adjustments_help')}
      </Text>
      {measure.adjustments.length === 0 ? (
        <Text size="sm">{t('saving_measure.no_adjustments')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table aria-label={t('saving_measure.adjustments')} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th ta="right">kWh</Table.Th>
                <Table.Th>{t('saving_measure.reason')}</Table.Th>
                <Table.Th>{t('saving_measure.evidence')}</Table.Th>
                <Table.Th>{t('saving_measure.by')}</Table.Th>
                {may && <Table.Th className="no-print">{t('ui.actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {measure.adjustments.map((each) => (
                <Table.Tr key={each.id}>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {each.kwh > 0 ? '+' : '−'}
                    {format.number(Math.abs(each.kwh))}{' '}
                    {each.kwh > 0 && <Pill tone="caution">{t('saving_measure.raises')}</Pill>}
                  </Table.Td>
                  <Table.Td>{each.reason}</Table.Td>
                  <Table.Td>{each.evidence}</Table.Td>
                  <Table.Td>
                    {each.by.name} · {format.dateTime(each.at)}
                  </Table.Td>
                  {may && (
                    <Table.Td className="no-print">
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        color="red"
                        aria-label={t('saving_measure.strike_one', { reason: each.reason })}
                        loading={strike.isPending}
                        onClick={() => strike.mutate(each.id)}
                      >
                        {t('saving_measure.strike')}
                      </Button>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {may && (
        <Button
          mt="xs"
          variant="subtle"
          className="no-print"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('saving_measure.add_adjustment')}
        </Button>
      )}
      {adding && (
        <FormDialog
          title={t('saving_measure.add_adjustment')}
          submit={t('ui.add')}
          busy={add.isPending}
          error={add.error}
          onClose={() => setAdding(false)}
          onSubmit={(values) => add.mutate(values)}
          fields={[
            {
              name: 'kwh',
              label: t('saving_measure.adjustment_kwh'),
              description: t('saving_measure.adjustment_kwh_help'),
              type: 'number',
              required: true,
            },
            { name: 'reason', label: t('saving_measure.reason'), required: true },
            {
              name: 'evidence',
              label: t('saving_measure.evidence'),
              description: t('saving_measure.evidence_help'),
              required: true,
            },
          ]}
        />
      )}
    </Paper>
  );
}
