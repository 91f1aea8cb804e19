import { Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addProductionEntry, changeProductionEntry } from '../../../api/energy';
import { fieldError } from '../../../api/problem';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { ElectricityContract, Production, ProductionEntry } from '../../../api/types';
import { ErrorState } from '../../../ui/states';
import { MonthField } from '../../../ui/TimeField';
import { useChange } from '../../../ui/useChange';
import { pointsFor } from '../electricity_contract/draft';
import { monthAfter } from '../time';

const BASES = ['mass', 'share', 'meter'] as const;
type Basis = (typeof BASES)[number];

interface EntryFormProps {
  contract: ElectricityContract;
  entry: ProductionEntry | undefined;
  /** The last month that something can have been made in. */
  last: string;
  onClose: () => void;
}

interface Draft {
  month: string;
  product: string;
  code: string;
  tonnes: number | string;
  basis: Basis;
  share: number | string;
  point: string | null;
}

const draftOf = (made: Production | undefined, last: string): Draft => ({
  month: made?.month ?? monthAfter(last, -1),
  product: made?.product ?? '',
  code: made?.code ?? '',
  tonnes: made?.tonnes ?? '',
  basis: made?.point_id ? 'meter' : made?.share_percent != null ? 'share' : 'mass',
  share: made?.share_percent ?? '',
  point: made?.point_id ?? null,
});

const madeOf = (draft: Draft): Production => ({
  month: draft.month,
  product: draft.product,
  code: draft.code.trim() || null,
  tonnes: Number(draft.tonnes),
  share_percent: draft.basis === 'share' ? Number(draft.share) : null,
  point_id: draft.basis === 'meter' ? draft.point : null,
});

/** The points of the customer that count energy by quarters of an hour. */
function useMeters({ complex_id, establishment_id }: ElectricityContract) {
  const { data: points = [] } = useQuery(pointsQuery({ complex: complex_id }));
  const { data: devices = [] } = useQuery(devicesQuery(complex_id));
  const names = new Map(devices.map((each) => [each.id, each.name]));
  return pointsFor(points, establishment_id ?? complex_id, 'active').map((point) => ({
    value: point.id,
    label: `${names.get(point.device_id) ?? point.device_id} · ${point.name}`,
  }));
}

/** What was made of a product in a month. */
export function EntryForm({ contract, entry, last, onClose }: EntryFormProps) {
  const { t } = useTranslation();
  const meters = useMeters(contract);
  const [draft, setDraft] = useState(() => draftOf(entry?.made, last));
  const put = (values: Partial<Draft>) => setDraft((old) => ({ ...old, ...values }));
  const save = useChange({
    run: (made: Production) =>
      entry ? changeProductionEntry(entry, made) : addProductionEntry(contract.id, made),
    refresh: [['production_entries'], ['product_report'], ['annual_report']],
    done: t('ui.saved'),
    onDone: onClose,
    quiet: true,
  });
  const error = (name: string) =>
    fieldError(save.error, name) ?? fieldError(save.error, `made/${name}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(madeOf(draft));
  };
  const ready =
    draft.product.trim() !== '' &&
    Number(draft.tonnes) > 0 &&
    (draft.basis !== 'share' || Number(draft.share) > 0) &&
    (draft.basis !== 'meter' || draft.point !== null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={entry ? t('report.change_entry') : t('report.add_entry')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <MonthField
            label={t('bill.month')}
            required
            maxDate={`${last}-01`}
            value={draft.month}
            onChange={(month) => month && put({ month })}
            error={error('month')}
          />
          <TextInput
            label={t('report.product')}
            required
            value={draft.product}
            onChange={(event) => put({ product: event.currentTarget.value })}
            error={error('product')}
          />
          <TextInput
            label={t('report.code')}
            description={t('report.code_help')}
            value={draft.code}
            onChange={(event) => put({ code: event.currentTarget.value })}
            error={error('code')}
          />
          <NumberInput
            label={t('report.tonnes')}
            required
            min={0.001}
            decimalScale={3}
            thousandSeparator=","
            value={draft.tonnes}
            onChange={(tonnes) => put({ tonnes })}
            error={error('tonnes')}
          />
          <Select
            label={t('report.allocation')}
            description={t('report.allocation_help')}
            allowDeselect={false}
            value={draft.basis}
            onChange={(basis) => put({ basis: BASES.find((each) => each === basis) ?? 'mass' })}
            data={BASES.map((value) => ({ value, label: t(`report_basis.${value}`) }))}
          />
          {draft.basis === 'share' && (
            <NumberInput
              label={t('report.share_percent')}
              required
              min={0}
              max={100}
              decimalScale={3}
              value={draft.share}
              onChange={(share) => put({ share })}
              error={error('share_percent')}
            />
          )}
          {draft.basis === 'meter' && (
            <Select
              label={t('report_basis.meter')}
              required
              searchable
              limit={100}
              value={draft.point}
              onChange={(point) => put({ point })}
              data={meters}
              nothingFoundMessage={t('electricity_contract.no_point')}
              error={error('point_id')}
            />
          )}
          {Boolean(save.error) && <ErrorState error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!ready}>
              {t('ui.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
