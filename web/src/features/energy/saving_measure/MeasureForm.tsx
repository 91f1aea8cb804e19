import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { fieldError } from '../../../api/problem';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { SavingMeasure } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { scopeOf, useMay } from '../../../app/permission';
import { ErrorState } from '../../../ui/states';
import { DayField } from '../../../ui/TimeField';
import { useChange } from '../../../ui/useChange';
import { useContracts } from '../useContracts';
import { BasisFields } from './BasisFields';
import { type Draft, draftOf, emptyDraft, faultsOf, planOf, VARIABLES_MAX } from './draft';
import { VariableFields } from './VariableFields';

interface MeasureFormProps {
  measure: SavingMeasure | undefined;
  /** The contract of a new measure, until another is chosen. */
  contract: string;
  onDone: (id: string) => void;
}

const NAME_CHARS_MAX = 120;
const TEXT_CHARS_MAX = 2_000;
const SPANS = ['baseline', 'installed', 'reporting'] as const;

/** Points that may be a variable: temperatures of the complex, and amounts of the customer. */
function usePoints(customer: string | null | undefined) {
  const { id: complex } = useComplex();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each]));
  return points
    .filter((point) => {
      const owner = device.get(point.device_id)?.establishment_id ?? null;
      return owner === null || owner === customer;
    })
    .filter(
      (point) =>
        point.kind === 'interval' || (point.kind === 'gauge' && point.quantity === 'temperature'),
    )
    .map((point) => ({
      value: point.id,
      label: `${device.get(point.device_id)?.name ?? point.device_id} · ${point.name}`,
      warm: point.kind === 'gauge',
    }));
}

/** What was done, which stretches of time are compared, and what the load depends on. */
export function MeasureForm({ measure, contract, onDone }: MeasureFormProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [draft, setDraft] = useState<Draft>(() =>
    measure ? draftOf(measure) : emptyDraft(contract),
  );
  const [version] = useState(measure?.version ?? 0);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const contracts = useContracts();
  const own = (contracts.data ?? []).filter((each) => may.on('manage_energy', scopeOf(each)));
  const chosen = own.find((each) => each.id === draft.contract);
  const points = usePoints(chosen?.establishment_id);
  const faults = faultsOf(draft);
  const save = useChange({
    quiet: true,
    refresh: [['saving_measures'], ['saving_measure'], ['saving_result']],
    done: measure ? t('ui.saved') : t('ui.added'),
    run: () => {
      const plan = planOf(draft);
      if (measure) {
        const params = { path: { id: measure.id } };
        return ok(api.PATCH('/api/v1/saving_measures/{id}', { params, body: { version, plan } }));
      }
      const body = { contract_id: draft.contract, plan };
      return ok(api.POST('/api/v1/saving_measures', { body }));
    },
    onDone: (saved) => onDone(saved.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faults.length === 0) save.mutate(undefined);
  };
  const choice = (
    name: 'option' | 'interval' | 'estimator',
    values: readonly string[],
    word: (value: string) => string,
  ) => (
    <Select
      label={t(`saving_measure.${name}`)}
      allowDeselect={false}
      value={draft[name]}
      data={values.map((value) => ({ value, label: word(value) }))}
      onChange={(value) => value && set({ [name]: value } as Partial<Draft>)}
    />
  );
  const spanError = (span: (typeof SPANS)[number]) =>
    fieldError(save.error, `plan/${span}`) ?? fieldError(save.error, `plan/${span}_to`);

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label={t('electricity_contract.one')}
            description={t('saving_measure.contract_help')}
            required
            allowDeselect={false}
            disabled={measure !== undefined}
            value={draft.contract || null}
            data={own.map((each) => ({ value: each.id, label: each.terms.name }))}
            onChange={(id) => set({ contract: id ?? '' })}
          />
          <TextInput
            label={t('saving_measure.name')}
            description={t('saving_measure.name_help')}
            required
            maxLength={NAME_CHARS_MAX}
            autoComplete="off"
            value={draft.name}
            error={fieldError(save.error, 'plan/name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        </SimpleGrid>
        <Textarea
          label={t('saving_measure.done')}
          description={t('saving_measure.done_help')}
          maxLength={TEXT_CHARS_MAX}
          autosize
          minRows={2}
          value={draft.done}
          onChange={(event) => set({ done: event.currentTarget.value })}
        />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {SPANS.map((span) => (
            <Stack gap={4} key={span}>
              <Text size="sm" fw={600}>
                {t(`saving_measure.${span}`)}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`measure_span_help.${span}`)}
              </Text>
              <Group gap="xs" grow>
                {(['from', 'to'] as const).map((end) => (
                  <DayField
                    key={end}
                    aria-label={`${t(`saving_measure.${span}`)}: ${t(`saving_measure.${end}`)}`}
                    placeholder={t(`saving_measure.${end}`)}
                    value={draft[`${span}_${end}`] || null}
                    onChange={(value) =>
                      set({
                        [`${span}_${end}`]: typeof value === 'string' ? value : '',
                      } as Partial<Draft>)
                    }
                  />
                ))}
              </Group>
              {spanError(span) && (
                <Text size="sm" c="var(--mantine-color-error)">
                  {spanError(span)}
                </Text>
              )}
            </Stack>
          ))}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {choice('option', ['c', 'a', 'b', 'd'], (value) => t(`measure_option.${value}`))}
          {choice('interval', ['day', 'month'], (value) => t(`measure_interval.${value}`))}
          {choice('estimator', ['ols', 'gls_ar1'], (value) => t(`measure_estimator.${value}`))}
        </SimpleGrid>
        <BasisFields
          option={draft.option}
          draft={draft.basis}
          error={save.error}
          onChange={(part) => set({ basis: { ...draft.basis, ...part } })}
        />
        <Stack gap="xs">
          <div>
            <Text size="sm" fw={600}>
              {t('saving_measure.variables')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('saving_measure.variables_help')}
            </Text>
          </div>
          {draft.variables.map((variable, index) => (
            <VariableFields
              // Variables have no name of their own, and they never change places.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above.
              key={index}
              variable={variable}
              n={index + 1}
              interval={draft.interval}
              points={points}
              onChange={(next) =>
                set({ variables: draft.variables.map((old, at) => (at === index ? next : old)) })
              }
              onRemove={() => set({ variables: draft.variables.filter((_, at) => at !== index) })}
            />
          ))}
          {draft.variables.length < VARIABLES_MAX && (
            <Button
              variant="subtle"
              mr="auto"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() =>
                set({
                  variables: [
                    ...draft.variables,
                    {
                      name: t('measure_role.production'),
                      role: 'production',
                      unit: t('measure_role_unit.production'),
                      source: 'entered',
                      point: '',
                      text: '',
                    },
                  ],
                })
              }
            >
              {t('saving_measure.add_variable')}
            </Button>
          )}
        </Stack>
        <TextInput
          label={t('saving_measure.cost_won')}
          description={t('saving_measure.cost_help')}
          type="number"
          min={0}
          maw={320}
          value={draft.cost}
          error={fieldError(save.error, 'plan/cost_won')}
          onChange={(event) => set({ cost: event.currentTarget.value })}
        />
        {Boolean(save.error) && <ErrorState error={save.error} />}
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
            {measure ? t('ui.save') : t('ui.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
