import {
  Alert,
  Button,
  Group,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sizingQuery } from '../../../api/energy';
import type { Sizing, SizingNew } from '../../../api/types';
import { Pill, type Tone } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Assumptions } from './Assumptions';
import { type Inputs, sizingOf } from './inputs';

const TONES: Readonly<Record<string, Tone>> = { yes: 'good', perhaps: 'caution', no: 'danger' };
const COLOURS: Readonly<Record<string, string>> = { yes: 'green', perhaps: 'yellow', no: 'red' };

type PriceField = Exclude<keyof Inputs, 'kwh' | 'kw'>;
const BATTERY_FIELDS: readonly PriceField[] = ['won_per_kwh', 'won_per_kw', 'life_years'];
const PV_FIELDS: readonly PriceField[] = [
  'pv_kw',
  'pv_won_per_kw',
  'pv_life_years',
  'pv_yearly_kwh',
];

interface SizingPartProps {
  contract: string;
  months: { from?: string; to?: string };
  size: { kwh: number; kw: number };
}

/** Which size pays, at prices that the reader gives: none is shipped. */
export function SizingPart({ contract, months, size }: SizingPartProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Omit<Inputs, 'kwh' | 'kw'>>({
    won_per_kwh: '',
    won_per_kw: '',
    life_years: '',
    pv_kw: '',
    pv_won_per_kw: '',
    pv_life_years: '',
    pv_yearly_kwh: '',
  });
  const [asked, setAsked] = useState<SizingNew>();
  const ready = sizingOf({ ...typed, kwh: String(size.kwh), kw: String(size.kw) }, months);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) setAsked(ready);
  };
  const field = (name: PriceField) => (
    <TextInput
      key={name}
      label={t(`dispatch.in_${name}`)}
      description={t(`dispatch.in_${name}_help`)}
      type="number"
      min={0}
      step="any"
      value={typed[name]}
      onChange={({ currentTarget: { value } }) => setTyped((old) => ({ ...old, [name]: value }))}
    />
  );
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('dispatch.sizing')}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t('dispatch.sizing')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('dispatch.sizing_help')}
          </Text>
        </div>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, sm: 3 }}>{BATTERY_FIELDS.map(field)}</SimpleGrid>
            <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>{PV_FIELDS.map(field)}</SimpleGrid>
            <Group gap="sm">
              <Button type="submit" disabled={!ready}>
                {t('dispatch.compute')}
              </Button>
              {!ready && <Text size="sm">{t('dispatch.needs')}</Text>}
            </Group>
          </Stack>
        </form>
        {asked && <Sizes contract={contract} asked={asked} />}
      </Stack>
    </Paper>
  );
}

function Sizes({ contract, asked }: { contract: string; asked: SizingNew }) {
  const sizing = useQuery({ ...sizingQuery(contract, asked), placeholderData: keepPreviousData });
  return (
    <Answer of={sizing}>
      {(found) => (
        <Stack gap="sm">
          <BatteryVerdict sizing={found} />
          <SizeTable sizing={found} />
          <PvVerdict sizing={found} />
          <Assumptions basis={found.basis} />
        </Stack>
      )}
    </Answer>
  );
}

function useYears() {
  const { t } = useTranslation();
  const format = useFormat();
  return (years: number) => t('dispatch.years', { years: format.number(years, 1) });
}

function BatteryVerdict({ sizing }: { sizing: Sizing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const years = useYears();
  const best = typeof sizing.best === 'number' ? sizing.rows[sizing.best] : undefined;
  const [soonest, latest] = best?.payback_years ?? [];
  const pays = best?.pays ?? 'no';
  return (
    <Alert
      color={COLOURS[pays]}
      variant="outline"
      title={
        <Text component="h3" fw={700} m={0} data-testid="sizing-verdict">
          {t(`dispatch.pays_${pays}`)}
        </Text>
      }
    >
      {best && soonest !== undefined && latest !== undefined
        ? t('dispatch.pays_words', {
            kwh: format.number(best.capacity_kwh),
            kw: format.number(best.power_kw),
            best: years(soonest),
            worst: years(latest),
            life: years(sizing.life_years),
          })
        : t('dispatch.pays_never')}
    </Alert>
  );
}

function SizeTable({ sizing }: { sizing: Sizing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const years = useYears();
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table aria-label={t('dispatch.sizes')} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">{t('dispatch.capacity')} (kWh)</Table.Th>
            <Table.Th ta="right">{t('dispatch.power')} (kW)</Table.Th>
            <Table.Th ta="right">{t('dispatch.target_name')} (kW)</Table.Th>
            <Table.Th ta="right">{t('dispatch.yearly_saving')}</Table.Th>
            <Table.Th ta="right">{t('dispatch.cost')}</Table.Th>
            <Table.Th ta="right">{t('dispatch.payback')}</Table.Th>
            <Table.Th>{t('dispatch.pays')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sizing.rows.map((row, index) => {
            const [low = 0, high = 0] = row.saving_won;
            const [soonest, latest] = row.payback_years ?? [];
            return (
              <Table.Tr
                key={`${row.capacity_kwh} ${row.power_kw}`}
                data-selected={index === sizing.best || undefined}
              >
                <Table.Td ta="right">{format.number(row.capacity_kwh)}</Table.Td>
                <Table.Td ta="right">{format.number(row.power_kw)}</Table.Td>
                <Table.Td ta="right">{format.number(row.target_kw, 1)}</Table.Td>
                <Table.Td ta="right">
                  {t('dispatch.range_won', {
                    low: format.number(Math.round(low)),
                    high: format.number(Math.round(high)),
                  })}
                </Table.Td>
                <Table.Td ta="right">
                  {t('bill.won_of', { won: format.number(row.cost_won) })}
                </Table.Td>
                <Table.Td ta="right">
                  {soonest !== undefined && latest !== undefined
                    ? `${format.number(soonest, 1)}–${years(latest)}`
                    : t('dispatch.never')}
                </Table.Td>
                <Table.Td>
                  <Pill tone={TONES[row.pays] ?? 'quiet'}>{t(`dispatch.short_${row.pays}`)}</Pill>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PvVerdict({ sizing }: { sizing: Sizing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const years = useYears();
  const { pv } = sizing;
  if (!pv) return null;
  const won = (value: number) => t('bill.won_of', { won: format.number(Math.round(value)) });
  return (
    <Alert
      color={COLOURS[pv.pays]}
      variant="outline"
      title={
        <Text component="h3" fw={700} m={0} data-testid="pv-verdict">
          {t(`dispatch.pv_${pv.pays}`)}
        </Text>
      }
    >
      <Text size="sm">
        {t(pv.scaled ? 'dispatch.pv_words_scaled' : 'dispatch.pv_words_clear', {
          kw: format.number(pv.kw),
          generated: format.number(pv.generated_kwh),
          used: format.number(pv.used_kwh),
          saving: won(pv.saving_won),
          cost: won(pv.cost_won),
          years:
            typeof pv.payback_years === 'number' ? years(pv.payback_years) : t('dispatch.never'),
        })}
      </Text>
    </Alert>
  );
}
