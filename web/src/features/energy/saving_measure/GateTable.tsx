import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeasureResult } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';

/** How well each limit is known, as bills say it: read at the source, heard, or from memory. */
const TONES = { verified: 'good', reported: 'caution', by_analogy: 'caution' } as const;

/** Every gate with what was found, the failed ones too. */
export function GateTable({ gates }: { gates: MeasureResult['gates'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('saving_measure.gates')}>
      <Title order={2} size="h4">
        {t('saving_measure.gates')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('saving_measure.gates_help')}
      </Text>
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label={t('saving_measure.gates')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('saving_measure.gate')}</Table.Th>
              <Table.Th ta="right">{t('saving_measure.found')}</Table.Th>
              <Table.Th ta="right">{t('saving_measure.at_most')}</Table.Th>
              <Table.Th>{t('saving_measure.passes')}</Table.Th>
              <Table.Th>{t('saving_measure.standing')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {gates.map((gate) => (
              <Table.Tr key={gate.gate}>
                <Table.Td>{t(`measure_gate.${gate.gate}`)}</Table.Td>
                <Table.Td ta="right">
                  <b>
                    {gate.found === null || gate.found === undefined
                      ? t('saving_measure.cannot_tell')
                      : format.percent(gate.found)}
                  </b>
                </Table.Td>
                <Table.Td ta="right">{format.percent(gate.at_most)}</Table.Td>
                <Table.Td>
                  <Pill tone={gate.passes ? 'good' : 'warning'}>
                    {gate.passes ? t('saving_measure.passed') : t('saving_measure.failed')}
                  </Pill>
                </Table.Td>
                <Table.Td>
                  <Pill tone={TONES[gate.standing as keyof typeof TONES] ?? 'warning'}>
                    {t(`measure_standing.${gate.standing}`)}
                  </Pill>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
