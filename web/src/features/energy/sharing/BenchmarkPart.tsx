import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { benchmarkQuery } from '../../../api/energy';
import type { Benchmark, SharingLevel } from '../../../api/types';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { groupWords, reasonWords } from './words';

type Metric = Benchmark['metrics'][number];
const QUARTERS = [1, 2, 3, 4] as const;

/** The four quarters of the group; the own one is filled and named. */
function Place({ metric }: { metric: Metric }) {
  const { t } = useTranslation();
  if (!metric.quarter) return <>–</>;
  return (
    <span className="sharing-place">
      <span aria-hidden className="sharing-quarters">
        {QUARTERS.map((quarter) => (
          <span key={quarter} data-own={quarter === metric.quarter || undefined} />
        ))}
      </span>
      {t(`sharing.quarter_${metric.quarter}`)}
    </span>
  );
}

function Compared({ benchmark }: { benchmark: Benchmark }) {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (value: number | null | undefined) =>
    value === undefined || value === null ? '–' : format.number(value, 2);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('sharing.tab_benchmark')}>
      <Title order={2} size="h4">
        {t('sharing.benchmark_of', {
          month: format.month(benchmark.month ?? ''),
          group: groupWords(t, benchmark.code ?? ''),
          count: benchmark.count,
        })}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('sharing.benchmark_help')}
      </Text>
      <Table.ScrollContainer minWidth={720}>
        <Table aria-label={t('sharing.tab_benchmark')} verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('sharing.metric')}</Table.Th>
              <Table.Th ta="right">{t('sharing.own')}</Table.Th>
              <Table.Th>{t('sharing.place')}</Table.Th>
              <Table.Th ta="right">{t('sharing.q1')}</Table.Th>
              <Table.Th ta="right">{t('sharing.median')}</Table.Th>
              <Table.Th ta="right">{t('sharing.q3')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {benchmark.metrics.map((metric) => (
              <Table.Tr key={metric.metric}>
                <Table.Td>
                  {t(`sharing_metric.${metric.metric}`)}
                  <Text size="xs" c="dimmed">
                    {t(`sharing_metric.${metric.metric}_help`)}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <b>{number(metric.own)}</b>
                </Table.Td>
                <Table.Td>
                  <Place metric={metric} />
                </Table.Td>
                {[0, 1, 2].map((n) => (
                  <Table.Td key={n} ta="right">
                    {number(metric.quartiles?.[n])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

/** The site beside the others of its industry: own figures, own quarter, quartiles; never names. */
export function BenchmarkPart({ site }: { site: SharingLevel }) {
  const { t } = useTranslation();
  const benchmark = useQuery(benchmarkQuery(site.establishment_id));
  return (
    <Stack gap="sm">
      <Answer of={benchmark}>
        {(data) =>
          data.reason ? (
            <Empty title={t('sharing.no_benchmark')}>{reasonWords(t, data.reason)}</Empty>
          ) : (
            <Compared benchmark={data} />
          )
        }
      </Answer>
    </Stack>
  );
}
