import { Grid, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { alarmSummaryQuery } from '../../api/control';
import { devicesQuery, pointsQuery } from '../../api/registry';
import { latestQuery } from '../../api/telemetry';
import { GRADES } from '../../api/types';
import { useComplex } from '../../app/complex';
import { decimalsOf, unitLabel } from '../../app/units';
import { GradePill } from '../../app/vocabulary/Grade';
import { healthOf, needsCare, silenceLimit } from '../../app/vocabulary/health';
import { Age } from '../../ui/Age';
import { AnchorLink } from '../../ui/links';
import { Page } from '../../ui/Page';
import { Answer, Empty, Loading } from '../../ui/states';
import { useFormat } from '../../ui/useFormat';
import { useNow } from '../../ui/useNow';
import { Figure } from './Figure';
import { coverage, type QuantityNow, quantitiesNow } from './figures';
import { NextSteps } from './NextSteps';

/** What a reader without a room of their own asks first. */
const QUANTITIES = [
  'pm25',
  'pm10',
  'odour',
  'h2s',
  'nh3',
  'noise',
  'temperature',
  'humidity',
  'wind_speed',
  'rain',
  'water_level',
  'parking_occupancy',
  'active_power',
] as const;

function NowTable({ rows }: { rows: readonly QuantityNow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows.length === 0) {
    return <Empty title={t('overview.no_values')}>{t('overview.no_values_next')}</Empty>;
  }
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={t('overview.latest')} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('overview.quantity')}</Table.Th>
            <Table.Th ta="right">{t('overview.median')}</Table.Th>
            <Table.Th ta="right">{t('overview.range')}</Table.Th>
            <Table.Th ta="right">{t('overview.points')}</Table.Th>
            <Table.Th>{t('overview.newest')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ quantity, point, ...row }) => {
            const unit = unitLabel(point.unit, quantity);
            const show = (value: number) => format.number(value, decimalsOf(point));
            return (
              <Table.Tr key={quantity}>
                <Table.Td>{t(`quantity.${quantity}`, { defaultValue: quantity })}</Table.Td>
                <Table.Td ta="right">
                  <b>{show(row.median)}</b> {unit}
                </Table.Td>
                <Table.Td ta="right">
                  {show(row.min)} – {show(row.max)} {unit}
                </Table.Td>
                <Table.Td ta="right">{format.number(row.count)}</Table.Td>
                <Table.Td>
                  <Age at={row.newest} limit_s={silenceLimit(point)} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The first page: is anything wrong, does the data come, what is next. */
export function OverviewPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex, current } = useComplex();
  const now = useNow(10_000);
  const summary = useQuery(alarmSummaryQuery(complex));
  const devices = useQuery(devicesQuery(complex));
  const points = useQuery(pointsQuery({ complex }));
  const latest = useQuery(latestQuery({ complex }));

  const health = healthOf(devices.data ?? [], points.data ?? [], latest.data ?? [], now);
  const silent = [...health.values()].filter((each) => needsCare(each.health)).length;
  const covered = coverage(points.data ?? [], latest.data ?? [], now);
  const ready = devices.data && points.data && latest.data;

  return (
    <Page
      title={current ? t('overview.of', { name: current.name }) : t('overview.title')}
      help={t('overview.help')}
      asOf={latest.dataUpdatedAt}
    >
      <Stack gap="md">
        <Answer of={summary}>
          {(counts) => (
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
              {GRADES.map((grade) => (
                <Figure
                  key={grade}
                  label={<GradePill grade={grade} />}
                  value={format.number(counts.grades[grade]?.open)}
                  note={
                    <AnchorLink to="/control/alarms" search={{ grade }} size="sm">
                      {t('overview.see_alarms')}
                    </AnchorLink>
                  }
                />
              ))}
            </SimpleGrid>
          )}
        </Answer>
        <Grid gap="md">
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <Stack gap="md">
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
                <Figure
                  label={t('overview.silent')}
                  value={ready ? format.number(silent) : '–'}
                  note={
                    <AnchorLink to="/registry/devices" search={{ silent: true }} size="sm">
                      {t('overview.of_devices', {
                        shown: format.number(devices.data?.length),
                      })}
                    </AnchorLink>
                  }
                />
                <Figure
                  label={t('overview.coverage')}
                  value={
                    ready && covered.all > 0 ? format.percent(covered.heard / covered.all) : '–'
                  }
                  note={t('overview.coverage_of', {
                    heard: format.number(covered.heard),
                    all: format.number(covered.all),
                  })}
                />
              </SimpleGrid>
              <Paper withBorder p="md" component="section" aria-label={t('overview.latest')}>
                <Title order={2} size="h4" mb="xs">
                  {t('overview.latest')}
                </Title>
                {ready ? (
                  <NowTable rows={quantitiesNow(points.data, latest.data, QUANTITIES, now)} />
                ) : (
                  <Answer of={latest}>{() => <Loading />}</Answer>
                )}
                <Text size="xs" c="dimmed" mt="xs">
                  {t('overview.latest_note')}
                </Text>
              </Paper>
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <NextSteps complex={complex} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}
