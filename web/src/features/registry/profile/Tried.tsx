import { Alert, Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MappingError, MappingTried, Metric } from '../../../api/types';
import { STORED_UNITS, unitLabel } from '../../../app/units';
import { Pill, type Tone } from '../../../ui/Pill';
import { ErrorState } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { judge, placeOf, silentOf, type Verdict } from './draft';
import { useMetricName } from './MetricTable';
import type { useTrial } from './useTrial';

interface TriedProps {
  trial: ReturnType<typeof useTrial>;
  mapping: string;
  metrics: readonly Metric[];
  onPlace: (offset: number) => void;
}

/** What became of the message that is being tried. */
export function Tried({ trial, mapping, metrics, onPlace }: TriedProps) {
  const { t } = useTranslation();
  const { data, error, empty, too_long, waits } = trial;
  return (
    <Stack gap="sm" mt="md" role="status" aria-live="polite" aria-label={t('profile.tried')}>
      <Group gap="xs">
        <Text fw={600}>{t('profile.tried')}</Text>
        {waits && !empty && (
          <Text size="sm" c="dimmed">
            {t('profile.trying')}
          </Text>
        )}
      </Group>
      {too_long ? (
        <Text size="sm">{t('profile.too_long')}</Text>
      ) : empty ? (
        <Text size="sm" c="dimmed">
          {t('profile.try_first')}
        </Text>
      ) : error ? (
        <ErrorState error={error} retry={() => trial.refetch()} />
      ) : data?.error ? (
        <Fault fault={data.error} mapping={mapping} onPlace={onPlace} />
      ) : (
        data && <Outcome tried={data} metrics={metrics} />
      )}
    </Stack>
  );
}

interface FaultProps {
  fault: MappingError;
  mapping: string;
  onPlace: (offset: number) => void;
}

/** What is wrong with the expression or the message, and where. */
function Fault({ fault, mapping, onPlace }: FaultProps) {
  const { t } = useTranslation();
  const place = typeof fault.place === 'number' ? placeOf(mapping, fault.place) : undefined;
  return (
    <Alert color="red" variant="outline" title={t(`mapping_fault.${fault.what}`)}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" lang="en">
          {fault.detail}
        </Text>
        {place && (
          <>
            <Code block w="100%">
              {`${place.text}\n${' '.repeat(place.column - 1)}▲`}
            </Code>
            <Button size="xs" variant="default" onClick={() => onPlace(place.offset)}>
              {t('profile.to_place', { line: place.line, column: place.column })}
            </Button>
          </>
        )}
      </Stack>
    </Alert>
  );
}

const TONES: Record<Verdict, Tone> = { good: 'good', unknown: 'danger', out_of_range: 'warning' };
/** The most readings that are listed; the rest are only counted. */
const SHOWN_MAX = 100;

function Outcome({ tried, metrics }: { tried: MappingTried; metrics: readonly Metric[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useMetricName();
  const { readings, rejected } = tried;
  const silent = silentOf(readings, metrics);
  return (
    <>
      <Group gap="xs">
        <Pill tone={readings.length > 0 ? 'good' : 'quiet'}>
          {t('profile.readings', { n: format.number(readings.length) })}
        </Pill>
        {rejected.length > 0 && (
          <Pill tone="danger">{t('profile.rejected', { n: format.number(rejected.length) })}</Pill>
        )}
      </Group>
      {readings.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing={4} aria-label={t('profile.tried')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('metric.key')}</Table.Th>
                <Table.Th>{t('metric.quantity')}</Table.Th>
                <Table.Th ta="right">{t('profile.value')}</Table.Th>
                <Table.Th>{t('profile.at')}</Table.Th>
                <Table.Th>{t('point.quality')}</Table.Th>
                <Table.Th>{t('profile.verdict')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {readings.slice(0, SHOWN_MAX).map((reading) => {
                const { metric, verdict } = judge(reading, metrics);
                return (
                  <Table.Tr key={`${reading.point} ${reading.at}`}>
                    <Table.Td ff="monospace">{reading.point}</Table.Td>
                    <Table.Td>{metric ? nameOf(metric) : '–'}</Table.Td>
                    <Table.Td ta="right">
                      {reading.value}{' '}
                      {metric &&
                        unitLabel(
                          metric.sent_unit ?? STORED_UNITS[metric.quantity],
                          metric.quantity,
                        )}
                    </Table.Td>
                    <Table.Td>{format.dateTime(reading.at, true)}</Table.Td>
                    <Table.Td>
                      {reading.quality
                        .map((flag) => t(`quality.${flag}`, { defaultValue: flag }))
                        .join(', ') || '–'}
                    </Table.Td>
                    <Table.Td>
                      <Pill tone={TONES[verdict]}>{t(`profile.verdict_${verdict}`)}</Pill>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {rejected.length > 0 && (
        <Stack gap={4} component="ul" className="plain-list">
          {rejected.slice(0, SHOWN_MAX).map((reject, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: refusals of one message have no key.
            <Text component="li" size="sm" key={index}>
              <strong>{t(`reject_code.${reject.code}`)}</strong>{' '}
              <span lang="en">{reject.detail}</span> {reject.sample && <Code>{reject.sample}</Code>}
            </Text>
          ))}
        </Stack>
      )}
      {readings.length === 0 && rejected.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('profile.nothing')}
        </Text>
      )}
      {readings.length > 0 && silent.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('profile.silent', { names: silent.map((each) => each.key).join(', ') })}
        </Text>
      )}
    </>
  );
}
