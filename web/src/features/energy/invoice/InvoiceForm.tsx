import {
  Button,
  FileButton,
  Group,
  List,
  Paper,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { ElectricityContract, Invoice } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { type Draft, draftOf, faultsOf, linesOf, withPaste } from './draft';
import { LINES, type Line, QUANTITY_UNIT, readPaste, textOf } from './paste';

interface InvoiceFormProps {
  contract: ElectricityContract;
  month: string;
  invoice: Invoice | undefined;
}

function Paste({ onPaste }: { onPaste: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <Stack gap={6}>
      <Textarea
        label={t('invoice.paste')}
        description={t('invoice.paste_help')}
        autosize
        minRows={3}
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button variant="default" disabled={text.trim() === ''} onClick={() => onPaste(text)}>
          {t('invoice.take')}
        </Button>
        <FileButton
          accept=".csv,.txt,.tsv"
          onChange={(file) => void file?.arrayBuffer().then((bytes) => onPaste(textOf(bytes)))}
        >
          {(props) => (
            <Button {...props} variant="default">
              {t('invoice.file')}
            </Button>
          )}
        </FileButton>
      </Group>
    </Stack>
  );
}

interface GridProps {
  draft: Draft;
  faults: readonly Line[];
  onDraft: (draft: Draft) => void;
}

function Grid({ draft, faults, onDraft }: GridProps) {
  const { t } = useTranslation();
  const set = (part: 'won' | 'quantity', line: Line, text: string) =>
    onDraft({ ...draft, [part]: { ...draft[part], [line]: text } });
  return (
    <Table.ScrollContainer minWidth={440}>
      <Table aria-label={t('invoice.lines')} verticalSpacing={3} className="invoice-grid">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('bill.line')}</Table.Th>
            <Table.Th>{t('bill.quantity')}</Table.Th>
            <Table.Th>{t('bill.won')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {LINES.map((line) => {
            const name = t(`invoice_line.${line}`);
            const unit = QUANTITY_UNIT[line];
            return (
              <Table.Tr key={line}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  {unit && (
                    <TextInput
                      aria-label={`${name} (${unit})`}
                      inputMode="decimal"
                      size="xs"
                      w={130}
                      rightSection={<Text size="xs">{unit}</Text>}
                      rightSectionWidth={38}
                      value={draft.quantity[line] ?? ''}
                      onChange={(event) => set('quantity', line, event.currentTarget.value)}
                    />
                  )}
                </Table.Td>
                <Table.Td>
                  <TextInput
                    aria-label={`${name} (${t('invoice.won')})`}
                    inputMode="numeric"
                    size="xs"
                    w={160}
                    error={faults.includes(line)}
                    value={draft.won[line] ?? ''}
                    onChange={(event) => set('won', line, event.currentTarget.value)}
                  />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function useInvoice({ contract, month, invoice }: InvoiceFormProps) {
  const { t } = useTranslation();
  const path = { id: contract.id, month };
  const save = useChange({
    quiet: true,
    refresh: [['invoices', contract.id]],
    done: t('ui.saved'),
    run: (draft: Draft) =>
      ok(
        api.PUT('/api/v1/electricity_contracts/{id}/invoices/{month}', {
          params: { path },
          body: {
            version: invoice?.version ?? 0,
            lines: linesOf(draft, invoice),
            note: draft.note.trim(),
          },
        }),
      ),
  });
  const remove = useChange({
    refresh: [['invoices', contract.id]],
    done: t('invoice.removed'),
    run: async () => {
      await ok(
        api.DELETE('/api/v1/electricity_contracts/{id}/invoices/{month}', { params: { path } }),
      );
      return month;
    },
  });
  return { save, remove };
}

/** The invoice of a month, typed from paper or pasted from a spreadsheet, and kept. */
export function InvoiceForm(props: InvoiceFormProps) {
  const { contract, month, invoice } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const [draft, setDraft] = useState(() => draftOf(invoice));
  const [rest, setRest] = useState<string[]>([]);
  const [asking, setAsking] = useState(false);
  const { save, remove } = useInvoice(props);
  const faults = faultsOf(draft);
  const count = linesOf(draft, invoice).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (may && faults.length === 0 && count > 0) save.mutate(draft);
  };
  const paste = (text: string) => {
    const read = readPaste(text, month);
    setDraft((old) => withPaste(old, read));
    setRest(read.rest);
  };
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('invoice.form')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <div>
            <Title order={2} size="h4">
              {t('invoice.of_month', { month: format.month(month) })}
            </Title>
            <Text size="sm" c="dimmed">
              {invoice
                ? t('invoice.kept', {
                    name: invoice.updated_by.name,
                    at: format.dateTime(invoice.updated_at),
                  })
                : t('invoice.form_help')}
            </Text>
          </div>
          <Grid draft={draft} faults={faults} onDraft={setDraft} />
          <Paste onPaste={paste} />
          {rest.length > 0 && (
            <div>
              <Text size="sm" fw={600}>
                {t('invoice.rest')}
              </Text>
              <List size="sm" c="dimmed" aria-label={t('invoice.rest')}>
                {rest.map((row) => (
                  <List.Item key={row}>{row}</List.Item>
                ))}
              </List>
            </div>
          )}
          <TextInput
            label={t('invoice.note')}
            maxLength={500}
            value={draft.note}
            onChange={(event) => setDraft({ ...draft, note: event.currentTarget.value })}
          />
          {faults.length > 0 && (
            <Text size="sm" c="var(--danger-ink)" role="alert">
              {t('invoice.fault', {
                lines: faults.map((line) => t(`invoice_line.${line}`)).join(', '),
              })}
            </Text>
          )}
          {Boolean(save.error) && <ErrorState error={save.error} />}
          <Group>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={!may || faults.length > 0 || count === 0}
            >
              {t('invoice.save')}
            </Button>
            {invoice && (
              <MayButton may={may} variant="default" onClick={() => setAsking(true)}>
                {t('invoice.remove')}
              </MayButton>
            )}
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={asking}
        danger
        title={t('invoice.remove')}
        action={t('invoice.remove')}
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {t('invoice.remove_help', { month: format.month(month) })}
      </Confirm>
    </Paper>
  );
}
