import { Button, Group, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { SourceView } from '../../../api/types';
import { oneOf } from '../../../ui/search';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import {
  connectionOf,
  type Draft,
  draftOf,
  EMPTY,
  faultsOf,
  KINDS,
  type Kind,
  requiredHead,
} from './draft';
import { LineTable } from './LineTable';
import { PRODUCTS } from './openData';

const SERVICE: readonly [string, string][] = [
  ['key_env', 'SANDAN_OPEN_DATA_KEY'],
  ['interval_s', '1200'],
  ['timeout_ms', '10000'],
  ['base_url', 'https://apis.data.go.kr'],
];
/** What stands above the lines, with the value that counts when it is left out. */
const HEADS: Readonly<Record<Exclude<Kind, 'kma'>, readonly [string, string][]>> = {
  modbus: [
    ['host', '10.0.3.17'],
    ['port', '502'],
    ['unit', '1'],
    ['timeout_ms', '2000'],
    ['gap_max', '0'],
  ],
  opcua: [
    ['endpoint', 'opc.tcp://10.0.3.20:4840/'],
    ['username', ''],
    ['password_env', 'SANDAN_OPCUA_…'],
    ['publish_ms', '1000'],
  ],
  airkorea: [['station', '팔복동'], ...SERVICE],
};
const TEXTS = ['host', 'endpoint', 'username', 'password_env', 'key_env', 'base_url'];

function headsOf({ kind, head }: Draft): readonly [string, string][] {
  if (kind !== 'kma') return HEADS[kind];
  const place: [string, string][] =
    head.product === 'station'
      ? [['station', '146']]
      : [
          ['nx', '63'],
          ['ny', '89'],
        ];
  return [...place, ...SERVICE];
}

interface SourceFormProps {
  source: SourceView | undefined;
  complex: string | undefined;
  may: boolean;
  onDone: (id: string) => void;
}

/** The station of AirKorea has a name, that of the weather administration a number. */
const isText = (kind: Kind, name: string) =>
  TEXTS.includes(name) || (kind === 'airkorea' && name === 'station');

/** Says what is asked, where, and for which device. */
export function SourceForm({ source, complex, may, onDone }: SourceFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => (source ? draftOf(source) : EMPTY));
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(source?.version ?? 0);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const points = useQuery({
    ...pointsQuery({ device: draft.device_id }),
    enabled: draft.device_id !== '',
  });
  const save = useChange({
    quiet: true,
    refresh: [['sources']],
    done: source ? t('ui.saved') : t('ui.added'),
    run: () => {
      const { device_id, enabled } = draft;
      const body = { name: draft.name.trim(), enabled, connection: connectionOf(draft) };
      return source
        ? ok(
            api.PATCH('/api/v1/sources/{id}', {
              params: { path: { id: source.id } },
              body: { ...body, version },
            }),
          )
        : ok(api.POST('/api/v1/sources', { body: { ...body, device_id } }));
    },
    onDone: (saved) => onDone(saved.id),
  });
  const faults = faultsOf(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faults.length === 0) save.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={t('source.name')}
            required
            disabled={!may}
            maxLength={100}
            autoComplete="off"
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Select
            label={t('source.device')}
            required
            searchable
            limit={60}
            disabled={!may || source !== undefined}
            value={draft.device_id || null}
            onChange={(value) => set({ device_id: value ?? '' })}
            data={devices.map((each) => ({ value: each.id, label: `${each.name} (${each.key})` }))}
          />
          <Select
            label={t('source.kind')}
            allowDeselect={false}
            disabled={!may || source !== undefined}
            value={draft.kind}
            onChange={(value) =>
              set({ kind: oneOf(...KINDS)(value) ?? draft.kind, head: {}, lines: [] })
            }
            data={KINDS.map((value) => ({ value, label: t(`source_kind.${value}`) }))}
          />
          <Switch
            label={t('source.enabled')}
            description={t('source.enabled_help')}
            disabled={!may}
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
            mt="lg"
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {draft.kind === 'kma' && (
            <Select
              label={t('source_head.product')}
              allowDeselect={false}
              disabled={!may}
              value={draft.head.product ?? PRODUCTS[0]}
              onChange={(value) => set({ head: { ...draft.head, product: value ?? '' } })}
              data={PRODUCTS.map((value) => ({ value, label: t(`source_product.${value}`) }))}
            />
          )}
          {headsOf(draft).map(([name, usual]) => (
            <TextInput
              key={name}
              label={t(`source_head.${name}`)}
              required={requiredHead(draft).includes(name)}
              disabled={!may}
              type={isText(draft.kind, name) ? 'text' : 'number'}
              placeholder={usual}
              autoComplete="off"
              value={draft.head[name] ?? ''}
              onChange={(event) =>
                set({ head: { ...draft.head, [name]: event.currentTarget.value } })
              }
            />
          ))}
        </SimpleGrid>
        <Text size="sm" c="dimmed">
          {t(`source.help_${draft.kind}`)}
        </Text>
        <LineTable
          key={draft.kind}
          kind={draft.kind}
          lines={draft.lines}
          points={points.data ?? []}
          may={may}
          onChange={(lines) => set({ lines })}
        />
        {Boolean(save.error) && <ErrorState error={save.error} />}
        {may && (
          <Group justify="space-between">
            <Text size="sm" role="status">
              {faults.map((fault) => t(fault)).join(' ')}
            </Text>
            <Button type="submit" loading={save.isPending} disabled={faults.length > 0}>
              {source ? t('ui.save') : t('ui.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
