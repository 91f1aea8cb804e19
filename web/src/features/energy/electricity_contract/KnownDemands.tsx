import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MonthField } from '../../../ui/TimeField';
import type { KnownRow } from './draft';

const MONTHS_MAX = 60;

interface KnownDemandsProps {
  known: readonly KnownRow[];
  may: boolean;
  error: string | undefined;
  onChange: (known: KnownRow[]) => void;
}

/** Peaks of months before the readings, as invoices say them: without them the demand is provisional. */
export function KnownDemands({ known, may, error, onChange }: KnownDemandsProps) {
  const { t } = useTranslation();
  const put = (index: number, part: Partial<KnownRow>) =>
    onChange(known.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>
          {t('electricity_contract.known')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('electricity_contract.known_help')}
        </Text>
      </div>
      {known.map((row, index) => (
        // Rows have no name of their own, and they never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <Group key={index} gap="xs" wrap="nowrap" maw={420}>
          <MonthField
            aria-label={t('electricity_contract.known_month', { n: index + 1 })}
            placeholder={t('electricity_contract.month')}
            disabled={!may}
            w={170}
            value={row.month || null}
            onChange={(month) => put(index, { month: month ?? '' })}
          />
          <TextInput
            aria-label={t('electricity_contract.known_kw', { n: index + 1 })}
            placeholder="kW"
            type="number"
            min={1}
            disabled={!may}
            style={{ flex: 1 }}
            value={row.kw}
            onChange={(event) => put(index, { kw: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            disabled={!may}
            aria-label={t('electricity_contract.remove_known', { n: index + 1 })}
            onClick={() => onChange(known.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      {may && known.length < MONTHS_MAX && (
        <Button
          variant="subtle"
          mr="auto"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => onChange([...known, { month: '', kw: '' }])}
        >
          {t('electricity_contract.add_known')}
        </Button>
      )}
    </Stack>
  );
}
