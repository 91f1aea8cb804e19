import { Alert, Group, NumberInput, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type EmissionOf, emissionsQuery } from '../../../api/energy';
import type { EmissionReport } from '../../../api/types';
import { Pill } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

export const PURPOSES = ['disclosure', 'k_ets', 'informative'] as const;
export type Purpose = (typeof PURPOSES)[number];

interface CarbonPanelProps {
  of: string;
  choices: { value: string; label: string }[];
  days: { from: string; to: string };
  purpose: Purpose;
  product: number | undefined;
  onOf: (of: string) => void;
  onPurpose: (purpose: Purpose) => void;
  onProduct: (tonnes: number | undefined) => void;
}

const KINDS = ['complex', 'meter', 'contract'] as const;

/** `meter:<id>` as the API is asked. */
export function emissionOf(value: string): EmissionOf | undefined {
  const [kind, id] = value.split(':');
  const known = KINDS.find((each) => each === kind);
  return known && id ? { kind: known, id } : undefined;
}

/** How sure a factor is, in a word. */
function Mark({ mark, status }: { mark: string; status: string }) {
  const { t } = useTranslation();
  const tone = mark === 'verified' ? 'good' : mark === 'unverified' ? 'warning' : 'caution';
  return (
    <span title={status}>
      <Pill tone={tone}>{t(`bill_status.${mark}`, { defaultValue: mark })}</Pill>
    </span>
  );
}

function Report({ report }: { report: EmissionReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const absent = <Pill tone="caution">{t('carbon.no_factor')}</Pill>;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('carbon.counted_by', { names: report.counted_by.join(', ') })}
      </Text>
      {report.hidden && <Alert color="yellow" variant="outline" title={t('bill.hidden')} />}
      {report.missing_slots > 0 && (
        <Text size="sm">
          {t('carbon.missing', {
            missing: format.number(report.missing_slots),
            all: format.number(report.slots),
          })}
        </Text>
      )}
      <Table.ScrollContainer minWidth={860}>
        <Table aria-label={t('carbon.title')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('carbon.year')}</Table.Th>
              <Table.Th ta="right">{t('carbon.kwh')}</Table.Th>
              <Table.Th ta="right">{t('carbon.factor')}</Table.Th>
              <Table.Th>{t('carbon.reference')}</Table.Th>
              <Table.Th>{t('carbon.source')}</Table.Th>
              <Table.Th>{t('carbon.mark')}</Table.Th>
              <Table.Th ta="right">tCO₂eq</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.years.map(({ from, to, kwh, factor, tco2e }) => (
              <Table.Tr key={from}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  {from} ~ {to}
                </Table.Td>
                <Table.Td ta="right">{format.number(kwh)}</Table.Td>
                <Table.Td ta="right">{format.number(factor?.tco2e_per_mwh, 4)}</Table.Td>
                <Table.Td>
                  {factor
                    ? t('carbon.of_year', {
                        year: factor.year_of_use,
                        reference: factor.reference,
                        day: factor.published_on ?? t('carbon.day_unknown'),
                      })
                    : '–'}
                </Table.Td>
                <Table.Td>{factor?.source ?? '–'}</Table.Td>
                <Table.Td>
                  {factor ? (
                    <>
                      <Mark mark={factor.mark} status={factor.status} />
                      <Text size="xs" c="dimmed" lang="en">
                        {factor.status}
                      </Text>
                    </>
                  ) : (
                    absent
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  <b>{format.number(tco2e, 3)}</b>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text component="div">
        {t('carbon.sum')} <b>{format.number(report.kwh)} kWh</b> ·{' '}
        <b data-testid="tco2e">{format.number(report.tco2e, 3)} tCO₂eq</b> ·{' '}
        <b>{format.number(report.toe, 3)} toe</b>{' '}
        <Mark mark={report.heat.mark} status={report.heat.status} />{' '}
        <Text span size="sm" c="dimmed">
          {t('carbon.toe_is', {
            toe: format.number(report.heat.toe_per_kwh * 1_000, 3),
            source: report.heat.source,
          })}
        </Text>
      </Text>
      {report.product && (
        <Text component="div" data-testid="per-tonne">
          {t('carbon.per_tonne', { tonnes: format.number(report.product.tonnes) })}{' '}
          <b>{format.number(report.product.kwh_per_t, 1)} kWh/t</b> ·{' '}
          <b>{format.number(report.product.kgco2e_per_t, 1)} kgCO₂eq/t</b>
        </Text>
      )}
    </Stack>
  );
}

/** Greenhouse gas of electricity with the factor of each year, its source and how sure it is. */
export function CarbonPanel(props: CarbonPanelProps) {
  const { of, choices, days, purpose, product } = props;
  const { t } = useTranslation();
  const asked = emissionOf(of);
  const report = useQuery({
    ...emissionsQuery(asked ?? { kind: 'complex', id: '' }, {
      ...days,
      purpose,
      product_t: product,
    }),
    enabled: asked !== undefined,
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('carbon.title')}>
      <Title order={2} size="h4">
        {t('carbon.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('carbon.help')}
      </Text>
      <Group align="flex-end" gap="xs" mb="sm">
        <Select
          label={t('carbon.of')}
          w={300}
          allowDeselect={false}
          searchable={choices.length > 8}
          value={of}
          onChange={(value) => value && props.onOf(value)}
          data={choices}
        />
        <Select
          label={t('carbon.purpose')}
          w={220}
          allowDeselect={false}
          value={purpose}
          onChange={(value) => {
            const picked = PURPOSES.find((each) => each === value);
            if (picked) props.onPurpose(picked);
          }}
          data={PURPOSES.map((each) => ({ value: each, label: t(`carbon.purpose_${each}`) }))}
        />
        <NumberInput
          label={t('carbon.product')}
          w={180}
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={product ?? ''}
          onBlur={(event) => {
            const typed = Number(event.currentTarget.value.replaceAll(',', ''));
            props.onProduct(typed > 0 ? typed : undefined);
          }}
        />
      </Group>
      <Answer of={report}>{(data) => <Report report={data} />}</Answer>
    </Paper>
  );
}
