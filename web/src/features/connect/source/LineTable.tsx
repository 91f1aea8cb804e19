import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  NativeSelect,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconClipboardText, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Point } from '../../../api/types';
import type { Values } from '../../../ui/FieldsForm';
import { COLUMNS, FUNCTIONS, type Kind, LINES_MAX, ORDERS, pastedLines, TYPES } from './draft';
import { AIR, WEATHER } from './openData';

/** Lines that are drawn at first, and with each “more”. */
const SHOWN = 50;
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  function: FUNCTIONS,
  type: TYPES,
  order: ORDERS,
};
const FIELDS: Readonly<Partial<Record<Kind, readonly string[]>>> = { airkorea: AIR, kma: WEATHER };
/** The first field that no line asks for yet. */
const nextField = (kind: Kind, lines: readonly Values[]) =>
  FIELDS[kind]?.find((field) => !lines.some((line) => line.field === field));
const WIDTHS: Readonly<Record<string, number>> = {
  node: 220,
  point: 150,
  function: 112,
  type: 84,
  order: 100,
  error_values: 110,
};
const MIN_WIDTHS = { modbus: 1_120, opcua: 720, airkorea: 300, kma: 300 } as const;
const USUAL: Readonly<Record<string, string>> = {
  scale: '1',
  offset: '0',
  interval_s: '60',
  deadband: '0',
};

interface LineTableProps {
  kind: Kind;
  lines: readonly Values[];
  points: readonly Point[];
  may: boolean;
  onChange: (lines: readonly Values[]) => void;
}

/** What is asked: one line for each point, typed or pasted from a spreadsheet. */
export function LineTable({ kind, lines, points, may, onChange }: LineTableProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN);
  const [pasting, setPasting] = useState<string>();
  const most = LINES_MAX[kind];
  const set = (index: number, column: string, value: string) =>
    onChange(lines.map((line, place) => (place === index ? { ...line, [column]: value } : line)));
  const take = () => {
    onChange([...lines, ...pastedLines(pasting ?? '', kind)].slice(0, most));
    setPasting(undefined);
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600}>{t(`source.lines_${kind}`, { n: lines.length })}</Text>
        {may && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconClipboardText size={14} aria-hidden />}
              onClick={() => setPasting(pasting === undefined ? '' : undefined)}
              aria-expanded={pasting !== undefined}
            >
              {t('source.paste')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              disabled={lines.length >= most}
              onClick={() => {
                const field = nextField(kind, lines);
                onChange([...lines, field ? { field } : {}]);
                setShown(Math.max(shown, lines.length + 1));
              }}
            >
              {t('source.add_line')}
            </Button>
          </Group>
        )}
      </Group>
      {pasting !== undefined && (
        <Stack gap="xs">
          <Textarea
            label={t('source.paste_here')}
            description={t('source.paste_help', { columns: COLUMNS[kind].join(', ') })}
            autosize
            minRows={4}
            maxRows={12}
            spellCheck={false}
            value={pasting}
            onChange={(event) => setPasting(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button size="xs" disabled={pasting.trim() === ''} onClick={take}>
              {t('source.paste_do', { n: pastedLines(pasting, kind).length })}
            </Button>
          </Group>
        </Stack>
      )}
      {lines.length > 0 && (
        <Table.ScrollContainer minWidth={MIN_WIDTHS[kind]}>
          <Table verticalSpacing={3} horizontalSpacing={4} aria-label={t(`source.table_${kind}`)}>
            <Table.Thead>
              <Table.Tr>
                {COLUMNS[kind].map((column) => (
                  <Table.Th key={column}>{t(`source_line.${column}`)}</Table.Th>
                ))}
                {may && <Table.Th>{t('ui.actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.slice(0, shown).map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no key of their own.
                <Table.Tr key={index}>
                  {COLUMNS[kind].map((column) => (
                    <Table.Td key={column} miw={WIDTHS[column]}>
                      <Cell
                        kind={kind}
                        column={column}
                        label={`${index + 1}: ${t(`source_line.${column}`)}`}
                        line={line}
                        points={points}
                        may={may}
                        onChange={(value) => set(index, column, value)}
                      />
                    </Table.Td>
                  ))}
                  {may && (
                    <Table.Td>
                      <ActionIcon
                        variant="default"
                        aria-label={`${index + 1}: ${t('metric.remove')}`}
                        onClick={() => onChange(lines.filter((_, place) => place !== index))}
                      >
                        <IconTrash size={16} aria-hidden />
                      </ActionIcon>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {lines.length > shown && (
        <Button variant="default" mx="auto" onClick={() => setShown(shown + SHOWN)}>
          {t('ui.more')}
        </Button>
      )}
    </Stack>
  );
}

interface CellProps {
  kind: Kind;
  column: string;
  label: string;
  line: Values;
  points: readonly Point[];
  may: boolean;
  onChange: (value: string) => void;
}

function Cell({ kind, column, label, line, points, may, onChange }: CellProps) {
  const { t } = useTranslation();
  const common = { size: 'xs', 'aria-label': label, disabled: !may } as const;
  const value = line[column] ?? '';
  const choices = CHOICES[column];
  if (column === 'bit' && line.type !== 'bit') return '–';
  if (column === 'point') {
    return (
      <Autocomplete
        {...common}
        value={value}
        onChange={onChange}
        data={points.map((point) => point.key)}
      />
    );
  }
  const fields = FIELDS[kind];
  if (column === 'field' && fields) {
    return (
      <NativeSelect
        {...common}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={fields.map((field) => ({ value: field, label: t(`source_field.${field}`) }))}
      />
    );
  }
  if (choices) {
    return (
      <NativeSelect
        {...common}
        value={choices.find((each) => each.toLowerCase() === value.toLowerCase()) ?? choices[0]}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[...choices]}
      />
    );
  }
  return (
    <TextInput
      {...common}
      autoComplete="off"
      placeholder={USUAL[column]}
      inputMode={column === 'node' ? 'text' : 'decimal'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
