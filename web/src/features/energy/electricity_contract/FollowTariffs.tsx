import { Button, Group, Paper, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tariff } from '../../../api/types';
import { className, optionName } from '../../../app/vocabulary/tariff';
import { DayField } from '../../../ui/TimeField';
import { useNow } from '../../../ui/useNow';
import { monthAfter, todayOf } from '../time';
import { type DraftRow, followTariffs } from './draft';
import { classesOf, optionsOf } from './RowFields';

interface FollowTariffsProps {
  tariffs: readonly Tariff[];
  /** The terms as they stand: the latest of them, since the first day of all. */
  rows: readonly DraftRow[];
  onRows: (rows: DraftRow[]) => void;
}

/** The quick start: four answers from the invoice, and the rows fill themselves. */
export function FollowTariffs({ tariffs, rows, onRows }: FollowTariffsProps) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const last = rows.at(-1);
  const [wanted, setWanted] = useState(() => ({
    class: last?.class ?? 'industrial_b',
    option: last?.option ?? '',
    contract_kw: last?.contract_kw ?? '',
    // A year back, so that the peaks that carry over are known.
    from: rows[0]?.from ?? `${monthAfter(todayOf(now).slice(0, 7), -12)}-01`,
  }));
  const set = (part: Partial<typeof wanted>) => setWanted((old) => ({ ...old, ...part }));
  const options = optionsOf(tariffs.filter((tariff) => tariff.class === wanted.class));
  const ready = wanted.option && wanted.from && Number(wanted.contract_kw) > 0;
  return (
    <Paper
      withBorder
      p="sm"
      component="fieldset"
      m={0}
      aria-label={t('electricity_contract.quick')}
    >
      <Text size="sm" fw={600}>
        {t('electricity_contract.quick')}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t('electricity_contract.quick_help')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} verticalSpacing="xs">
        <Select
          label={t('electricity_contract.class')}
          allowDeselect={false}
          value={wanted.class}
          onChange={(value) => set({ class: value ?? '', option: '' })}
          data={classesOf(tariffs).map((value) => ({ value, label: className(t, value) }))}
        />
        <Select
          label={t('electricity_contract.option')}
          allowDeselect={false}
          value={wanted.option || null}
          onChange={(value) => set({ option: value ?? '' })}
          data={options.map((value) => ({ value, label: optionName(t, value) }))}
        />
        <TextInput
          label={t('electricity_contract.contract_kw')}
          type="number"
          min={1}
          value={wanted.contract_kw}
          onChange={(event) => set({ contract_kw: event.currentTarget.value })}
        />
        <DayField
          label={t('electricity_contract.since')}
          value={wanted.from}
          onChange={(day) => set({ from: typeof day === 'string' ? day : '' })}
        />
      </SimpleGrid>
      <Group justify="flex-end" mt="sm">
        <Button
          variant="default"
          leftSection={<IconWand size={16} aria-hidden />}
          disabled={!ready}
          onClick={() => onRows(followTariffs(wanted, tariffs))}
        >
          {t('electricity_contract.follow')}
        </Button>
      </Group>
    </Paper>
  );
}
