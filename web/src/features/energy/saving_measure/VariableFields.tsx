import {
  ActionIcon,
  Fieldset,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { readValues, type VariableDraft } from './draft';

interface PointChoice {
  value: string;
  label: string;
  /** Temperatures are averaged, amounts are summed. */
  warm: boolean;
}

interface VariableFieldsProps {
  variable: VariableDraft;
  n: number;
  interval: 'day' | 'month';
  points: readonly PointChoice[];
  onChange: (variable: VariableDraft) => void;
  onRemove: () => void;
}

const ROWS = 6;

/** One variable: what it is, and where its values come from. */
export function VariableFields(props: VariableFieldsProps) {
  const { variable, n, interval, points, onChange, onRemove } = props;
  const { t } = useTranslation();
  const put = (part: Partial<VariableDraft>) => onChange({ ...variable, ...part });
  const warm = variable.role === 'temperature';
  const read = readValues(variable.text);
  const sources = ['entered', 'point', ...(variable.role === 'hours' ? ['working_days'] : [])];
  const chooseRole = (role: string | null) => {
    const next = (role ?? 'production') as VariableDraft['role'];
    put({
      role: next,
      name: t(`measure_role.${next}`),
      unit: t(`measure_role_unit.${next}`),
      source: next === 'hours' ? 'working_days' : 'entered',
      point: '',
    });
  };
  return (
    <Fieldset legend={t('saving_measure.variable', { n })} pos="relative">
      <ActionIcon
        variant="subtle"
        color="red"
        pos="absolute"
        top={0}
        right={8}
        aria-label={t('saving_measure.remove_variable', { n })}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
      <Stack gap="xs">
        <Group gap="xs" align="flex-end" grow>
          <Select
            label={t('saving_measure.role')}
            allowDeselect={false}
            value={variable.role}
            data={['temperature', 'production', 'hours'].map((role) => ({
              value: role,
              label: t(`measure_role.${role}`),
            }))}
            onChange={chooseRole}
          />
          <TextInput
            label={t('saving_measure.variable_name')}
            required
            maxLength={120}
            value={variable.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('saving_measure.unit')}
            required
            maxLength={20}
            value={variable.unit}
            onChange={(event) => put({ unit: event.currentTarget.value })}
          />
          <Select
            label={t('saving_measure.source')}
            allowDeselect={false}
            value={variable.source}
            data={sources.map((source) => ({
              value: source,
              label: t(`measure_source.${source}`),
            }))}
            onChange={(source) => put({ source: (source ?? 'entered') as VariableDraft['source'] })}
          />
        </Group>
        {variable.source === 'point' && (
          <Select
            label={t('saving_measure.point')}
            description={t(warm ? 'saving_measure.point_warm' : 'saving_measure.point_sum')}
            required
            searchable
            limit={60}
            nothingFoundMessage={t('electricity_contract.no_point')}
            value={variable.point || null}
            data={points.filter((point) => point.warm === warm)}
            onChange={(point) => put({ point: point ?? '' })}
          />
        )}
        {variable.source === 'entered' && (
          <Textarea
            label={t('saving_measure.values')}
            description={t(`measure_values_help.${interval}`)}
            required
            rows={ROWS}
            value={variable.text}
            error={read.fault && t('saving_measure.bad_line', { line: read.fault })}
            onChange={(event) => put({ text: event.currentTarget.value })}
          />
        )}
        {variable.source === 'entered' && (
          <Text size="sm" c="dimmed">
            {t('saving_measure.values_read', { count: read.values.length })}
          </Text>
        )}
        {variable.source === 'working_days' && (
          <Text size="sm" c="dimmed">
            {t('saving_measure.working_days_help')}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
