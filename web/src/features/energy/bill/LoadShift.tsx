import {
  Alert,
  Button,
  Group,
  Paper,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadShiftQuery } from '../../../api/energy';
import type { LoadShift as Shifted } from '../../../api/types';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import type { Months } from '../time';
import { faultOf, readShift, SHIFT, type Shift, shiftText } from './shift';

interface LoadShiftProps {
  contract: string;
  months: Months;
  /** The shift that the address names. */
  asked: string | undefined;
  onAsk: (shift: string | undefined) => void;
}

const hours = (first: number) => Array.from({ length: 24 }, (_, n) => n + first);

function useWon() {
  const { t } = useTranslation();
  const format = useFormat();
  return (won: number) =>
    won === 0
      ? t('compare.same')
      : t(won > 0 ? 'compare.dearer' : 'compare.cheaper', { won: format.number(Math.abs(won)) });
}

function Result({ shifted, shift }: { shifted: Shifted; shift: Shift }) {
  const { t } = useTranslation();
  const format = useFormat();
  const won = useWon();
  return (
    <Stack gap="xs">
      {shifted.hidden && <Alert color="yellow" variant="outline" title={t('bill.hidden')} />}
      <Text size="sm" role="status">
        {t('load_shift.result', {
          days: format.number(shifted.days),
          kwh: format.number(shifted.moved_kwh),
          kw: format.number(shift.kw),
        })}{' '}
        <b>{won(shifted.difference_won)}</b>
      </Text>
      <Table.ScrollContainer minWidth={680}>
        <Table aria-label={t('load_shift.by_month')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('bill.month')}</Table.Th>
              <Table.Th ta="right">{t('load_shift.moved')} (kWh)</Table.Th>
              <Table.Th ta="right">{t('bill.demand')} (kW)</Table.Th>
              <Table.Th ta="right">{t('load_shift.basic')}</Table.Th>
              <Table.Th ta="right">{t('load_shift.energy')}</Table.Th>
              <Table.Th ta="right">{t('compare.difference')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shifted.months.map((row) => (
              <Table.Tr key={row.month}>
                <Table.Td>{row.month}</Table.Td>
                <Table.Td ta="right">{format.number(row.moved_kwh)}</Table.Td>
                <Table.Td ta="right">
                  {row.present_demand_kw === row.shifted_demand_kw
                    ? format.number(row.present_demand_kw, 1)
                    : `${format.number(row.present_demand_kw, 1)} → ${format.number(row.shifted_demand_kw, 1)}`}
                </Table.Td>
                <Table.Td ta="right">{format.number(row.basic_difference_won)}</Table.Td>
                <Table.Td ta="right">{format.number(row.energy_difference_won)}</Table.Td>
                <Table.Td ta="right">
                  <b>{won(row.difference_won)}</b>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {t('load_shift.caution')}
      </Text>
    </Stack>
  );
}

interface HoursProps {
  label: string;
  from: number;
  until: number;
  onChange: (from: number, until: number) => void;
}

function Hours({ label, from, until, onChange }: HoursProps) {
  const { t } = useTranslation();
  const choices = (first: number) =>
    hours(first).map((hour) => ({ value: String(hour), label: t('load_shift.hour', { hour }) }));
  const field = (word: string, first: number, value: number, set: (hour: number) => void) => (
    <Select
      aria-label={`${label}: ${word}`}
      w={96}
      allowDeselect={false}
      value={String(value)}
      data={choices(first)}
      onChange={(hour) => hour && set(Number(hour))}
    />
  );
  return (
    <fieldset className="bare-fieldset">
      <Text component="legend" size="sm" fw={500}>
        {label}
      </Text>
      <Group gap={6} wrap="nowrap">
        {field(t('load_shift.begins'), 0, from, (hour) => onChange(hour, until))}
        <span aria-hidden>~</span>
        {field(t('load_shift.ends'), 1, until, (hour) => onChange(from, hour))}
      </Group>
    </fieldset>
  );
}

/** What the same use would have cost, had some of it been at other hours. */
export function LoadShift({ contract, months, asked, onAsk }: LoadShiftProps) {
  const { t } = useTranslation();
  const shift = readShift(asked);
  const [draft, setDraft] = useState<Shift>(shift ?? SHIFT);
  const [kw, setKw] = useState(String(draft.kw));
  const next = { ...draft, kw: Number(kw) };
  const fault = faultOf(next);
  const { every_day, ...moved } = shift ?? SHIFT;
  const answer = useQuery({
    ...loadShiftQuery(contract, { ...months, ...moved, every_day: every_day || undefined }),
    enabled: shift !== undefined,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fault) onAsk(shiftText(next));
  };
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={t('load_shift.title')}
      className="no-print"
    >
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t('load_shift.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('load_shift.help')}
          </Text>
        </div>
        <Group align="flex-end" gap="md" component="form" onSubmit={submit}>
          <TextInput
            label={t('load_shift.kw')}
            type="number"
            min={1}
            w={130}
            value={kw}
            onChange={(event) => setKw(event.currentTarget.value)}
          />
          <Hours
            label={t('load_shift.take')}
            from={draft.take_from}
            until={draft.take_until}
            onChange={(take_from, take_until) => setDraft({ ...draft, take_from, take_until })}
          />
          <Hours
            label={t('load_shift.give')}
            from={draft.give_from}
            until={draft.give_until}
            onChange={(give_from, give_until) => setDraft({ ...draft, give_from, give_until })}
          />
          <Switch
            label={t('load_shift.every_day')}
            checked={draft.every_day}
            onChange={(event) => setDraft({ ...draft, every_day: event.currentTarget.checked })}
            mb={8}
          />
          <Button type="submit" variant="default" disabled={fault !== undefined}>
            {t('load_shift.ask')}
          </Button>
        </Group>
        {fault && (
          <Text size="sm" c="var(--danger-ink)" role="alert">
            {t(`load_shift_fault.${fault}`)}
          </Text>
        )}
        {shift && <Answer of={answer}>{(data) => <Result shifted={data} shift={shift} />}</Answer>}
      </Stack>
    </Paper>
  );
}
