import { ActionIcon, Group, Paper, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Tariff } from '../../../api/types';
import { className, optionName, versionName } from '../../../app/vocabulary/tariff';
import { DayField } from '../../../ui/TimeField';
import type { DraftRow } from './draft';

interface RowFieldsProps {
  row: DraftRow;
  /** Its place, counted from 1. */
  n: number;
  tariffs: readonly Tariff[];
  may: boolean;
  onChange: (row: DraftRow) => void;
  onRemove: () => void;
}

/** The classes that there are versions of, each once. */
export const classesOf = (tariffs: readonly Tariff[]) => [
  ...new Set(tariffs.map((tariff) => tariff.class)),
];

/** The choices of all versions of a class, each once. */
export const optionsOf = (tariffs: readonly Tariff[]) => [
  ...new Set(tariffs.flatMap((tariff) => tariff.options.map((option) => option.name))),
];

/** What was agreed on for a stretch of days. */
export function RowFields({ row, n, tariffs, may, onChange, onRemove }: RowFieldsProps) {
  const { t, i18n } = useTranslation();
  const ofClass = tariffs.filter((tariff) => tariff.class === row.class);
  const version = ofClass.filter((tariff) => tariff.id === row.tariff);
  const set = (part: Partial<DraftRow>) => onChange({ ...row, ...part });
  const head = t('electricity_contract.row', { n });
  return (
    <Paper withBorder p="sm" component="fieldset" aria-label={head} m={0}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {head}
        </Text>
        <ActionIcon
          variant="subtle"
          color="red"
          disabled={!may}
          aria-label={t('electricity_contract.remove_row', { n })}
          onClick={onRemove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} verticalSpacing="xs">
        <Select
          label={t('electricity_contract.class')}
          allowDeselect={false}
          disabled={!may}
          value={row.class || null}
          onChange={(value) => set({ class: value ?? '', tariff: '', option: '' })}
          data={classesOf(tariffs).map((value) => ({ value, label: className(t, value) }))}
        />
        <Select
          label={t('electricity_contract.tariff')}
          allowDeselect={false}
          disabled={!may || !row.class}
          value={row.tariff || null}
          onChange={(value) => set({ tariff: value ?? '' })}
          data={ofClass.map((tariff) => ({
            value: tariff.id,
            label: versionName(tariff, i18n.language),
          }))}
        />
        <Select
          label={t('electricity_contract.option')}
          allowDeselect={false}
          disabled={!may || version.length === 0}
          value={row.option || null}
          onChange={(value) => set({ option: value ?? '' })}
          data={optionsOf(version).map((value) => ({ value, label: optionName(t, value) }))}
        />
        <TextInput
          label={t('electricity_contract.contract_kw')}
          type="number"
          min={1}
          disabled={!may}
          value={row.contract_kw}
          onChange={(event) => set({ contract_kw: event.currentTarget.value })}
        />
        <DayField
          label={t('electricity_contract.from')}
          disabled={!may}
          value={row.from || null}
          onChange={(day) => set({ from: typeof day === 'string' ? day : '' })}
        />
        <DayField
          label={t('electricity_contract.to')}
          placeholder={t('electricity_contract.open_end')}
          clearable
          disabled={!may}
          value={row.to || null}
          onChange={(day) => set({ to: typeof day === 'string' ? day : '' })}
        />
      </SimpleGrid>
    </Paper>
  );
}
