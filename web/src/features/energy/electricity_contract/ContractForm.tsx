import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { tariffsQuery } from '../../../api/energy';
import { fieldError } from '../../../api/problem';
import { establishmentsQuery } from '../../../api/registry';
import type { ElectricityContract } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { Answer, ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useNow } from '../../../ui/useNow';
import { todayOf } from '../time';
import { type Draft, draftOf, EMPTY, faultsOf, termsOf, withRow } from './draft';
import { FollowTariffs } from './FollowTariffs';
import { KnownDemands } from './KnownDemands';
import { MeterFields } from './MeterFields';
import { RowFields } from './RowFields';

const READING_DAYS = 27;
const NAME_CHARS_MAX = 120;

interface ContractFormProps {
  contract: ElectricityContract | undefined;
  may: boolean;
  onDone: (id: string) => void;
}

/** Says whose contract it is, by which meter it is billed, and what was agreed on from when. */
export function ContractForm({ contract, may, onDone }: ContractFormProps) {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const today = todayOf(useNow(60_000));
  const [draft, setDraft] = useState<Draft>(() => (contract ? draftOf(contract) : EMPTY));
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(contract?.version ?? 0);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const tariffs = useQuery(tariffsQuery);
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const save = useChange({
    quiet: true,
    refresh: [['electricity_contracts'], ['bills'], ['demand']],
    done: contract ? t('ui.saved') : t('ui.added'),
    run: () => {
      const terms = termsOf(draft);
      if (contract) {
        return ok(
          api.PATCH('/api/v1/electricity_contracts/{id}', {
            params: { path: { id: contract.id } },
            body: { version, terms },
          }),
        );
      }
      const site = sites.find((each) => each.id === draft.customer);
      const body = {
        complex_id: site?.complex_id ?? draft.customer,
        establishment_id: site?.id ?? null,
        terms,
      };
      return ok(api.POST('/api/v1/electricity_contracts', { body }));
    },
    onDone: (saved) => onDone(saved.id),
  });
  const faults = faultsOf(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faults.length === 0) save.mutate(undefined);
  };
  const rowsError = fieldError(save.error, 'terms/rows');

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <MeterFields
          draft={draft}
          may={may}
          fixed={contract !== undefined}
          error={save.error}
          onChange={set}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={t('electricity_contract.name')}
            description={t('electricity_contract.name_help')}
            required
            disabled={!may}
            maxLength={NAME_CHARS_MAX}
            autoComplete="off"
            value={draft.name}
            error={fieldError(save.error, 'terms/name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Select
            label={t('electricity_contract.reading_day')}
            description={t('electricity_contract.reading_day_help')}
            required
            allowDeselect={false}
            disabled={!may}
            value={draft.reading_day}
            error={fieldError(save.error, 'terms/reading_day')}
            onChange={(value) => set({ reading_day: value ?? '0' })}
            data={Array.from({ length: READING_DAYS + 1 }, (_, day) => ({
              value: String(day),
              label:
                day === 0
                  ? t('electricity_contract.last_day')
                  : t('electricity_contract.day', { day }),
            }))}
          />
          <TextInput
            label={t('electricity_contract.target_kw')}
            description={t('electricity_contract.target_kw_help')}
            inputMode="numeric"
            disabled={!may}
            value={draft.target_kw}
            error={fieldError(save.error, 'terms/target_kw')}
            onChange={(event) => set({ target_kw: event.currentTarget.value })}
          />
        </SimpleGrid>
        <Answer of={tariffs}>
          {(known) => (
            <>
              {may && (
                <FollowTariffs tariffs={known} rows={draft.rows} onRows={(rows) => set({ rows })} />
              )}
              <Stack gap="xs">
                <Text size="sm" fw={600}>
                  {t('electricity_contract.rows')}
                </Text>
                <Text size="sm" c="dimmed">
                  {t('electricity_contract.rows_help')}
                </Text>
                {draft.rows.map((row, index) => (
                  <RowFields
                    // Rows have no name of their own, and they never change places.
                    // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                    key={index}
                    row={row}
                    n={index + 1}
                    tariffs={known}
                    may={may}
                    onChange={(next) =>
                      set({ rows: draft.rows.map((old, at) => (at === index ? next : old)) })
                    }
                    onRemove={() => set({ rows: draft.rows.filter((_, at) => at !== index) })}
                  />
                ))}
                {rowsError && (
                  <Text size="sm" c="var(--mantine-color-error)">
                    {rowsError}
                  </Text>
                )}
                {may && (
                  <Button
                    variant="subtle"
                    mr="auto"
                    leftSection={<IconPlus size={16} aria-hidden />}
                    onClick={() => set({ rows: withRow(draft.rows, today) })}
                  >
                    {t('electricity_contract.add_row')}
                  </Button>
                )}
              </Stack>
            </>
          )}
        </Answer>
        <KnownDemands
          known={draft.known}
          may={may}
          error={fieldError(save.error, 'terms/known_demands')}
          onChange={(known) => set({ known })}
        />
        {Boolean(save.error) && <ErrorState error={save.error} />}
        {may && (
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text size="sm" role="status">
              {faults.map((fault) => t(fault)).join(' ')}
            </Text>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={faults.length > 0}
              style={{ flexShrink: 0 }}
            >
              {contract ? t('ui.save') : t('ui.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
