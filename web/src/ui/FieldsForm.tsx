import { Button, Group, MultiSelect, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../api/problem';
import { ErrorState } from './states';
import { DayField, TimeField } from './TimeField';

export interface Field {
  name: string;
  label: string;
  description?: string;
  required?: boolean;
  /** `multiselect` keeps its choices in one value, with commas between them. */
  type?:
    | 'text'
    | 'email'
    | 'password'
    | 'number'
    | 'select'
    | 'multiselect'
    | 'date'
    | 'datetime-local';
  options?: { value: string; label: string }[];
  initial?: string;
  minLength?: number;
  autoComplete?: string;
  /** Shown, and not to be changed: for fields that are typed. */
  readOnly?: boolean;
  /** Whether the field is there, by what the others hold. */
  when?: (values: Values) => boolean;
}

export type Values = Record<string, string>;

interface FieldsFormProps {
  fields: readonly Field[];
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit: (values: Values) => void;
  onCancel?: () => void;
  children?: ReactNode;
  fullWidth?: boolean;
}

/** A short form of plain fields; complaints of the server stand at their fields. */
export function FieldsForm(props: FieldsFormProps) {
  const { fields, submit, busy, error, onSubmit, onCancel, children, fullWidth } = props;
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.initial ?? ''])),
  );
  const set = (name: string, value: string) => setValues((old) => ({ ...old, [name]: value }));
  // A date is no text that the browser itself could ask for.
  const shown = fields.filter((field) => field.when?.(values) ?? true);
  const missing = shown.some(
    (field) =>
      field.required &&
      (field.type?.startsWith('date') || field.type === 'multiselect') &&
      !values[field.name],
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(values);
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        {shown.map((field) => {
          const common = {
            name: field.name,
            label: field.label,
            description: field.description,
            required: field.required,
            value: values[field.name] ?? '',
            error: fieldError(error, field.name),
          };
          if (field.type === 'select') {
            return (
              <Select
                key={field.name}
                {...common}
                value={values[field.name] || null}
                data={field.options ?? []}
                onChange={(value) => set(field.name, value ?? '')}
                searchable={(field.options?.length ?? 0) > 8}
                limit={100}
                allowDeselect={!field.required}
              />
            );
          }
          if (field.type === 'multiselect') {
            return (
              <MultiSelect
                key={field.name}
                {...common}
                value={chosen(values[field.name])}
                data={field.options ?? []}
                onChange={(value) => set(field.name, value.join(','))}
                searchable
                limit={100}
              />
            );
          }
          if (field.type === 'date' || field.type === 'datetime-local') {
            const Picker = field.type === 'date' ? DayField : TimeField;
            return (
              <Picker
                key={field.name}
                {...common}
                value={values[field.name] || null}
                onChange={(value: string | null) => set(field.name, value ?? '')}
                clearable={!field.required}
              />
            );
          }
          const typed = {
            ...common,
            autoComplete: field.autoComplete ?? 'off',
            minLength: field.minLength,
            readOnly: field.readOnly,
            onChange: (event: { currentTarget: { value: string } }) =>
              set(field.name, event.currentTarget.value),
          };
          return field.type === 'password' ? (
            <PasswordInput
              key={field.name}
              {...typed}
              visibilityToggleButtonProps={{ 'aria-label': t('ui.show_password') }}
            />
          ) : (
            <TextInput
              key={field.name}
              {...typed}
              type={field.type ?? 'text'}
              step={field.type === 'number' ? 'any' : undefined}
            />
          );
        })}
        {children}
        {Boolean(error) && <ErrorState error={error} />}
        <Group justify="flex-end" grow={fullWidth}>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('ui.cancel')}
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={missing}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The choices of a field of type `multiselect`. */
export const chosen = (value: string | undefined) => (value ? value.split(',') : []);

/** The values that were filled in: an empty field is absent, not an empty text. */
export function filled(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}
