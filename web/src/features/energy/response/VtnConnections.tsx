import { Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { vtnConnectionsQuery } from '../../../api/energy';
import type { ElectricityContract, VtnConnection } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { Pill, type Tone } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { ConnectionForm } from './ConnectionForm';

const TONES: Readonly<Record<VtnConnection['status']['state'], Tone>> = {
  disabled: 'quiet',
  waiting: 'caution',
  ok: 'good',
  failing: 'danger',
};

/** Servers of demand response that this contract follows, and how each is doing. */
export function VtnConnections({ contract }: { contract: ElectricityContract }) {
  const { t } = useTranslation();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const [form, setForm] = useState<{ connection?: VtnConnection }>();
  const [gone, setGone] = useState<VtnConnection>();
  const connections = useQuery(vtnConnectionsQuery(contract.id));
  const remove = useChange({
    refresh: [['vtn_connections', contract.id]],
    done: t('vtn.deleted'),
    run: ({ id }: VtnConnection) =>
      ok(
        api.DELETE('/api/v1/electricity_contracts/{id}/vtn_connections/{connection}', {
          params: { path: { id: contract.id, connection: id } },
        }),
      ),
    onDone: () => setGone(undefined),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('vtn.title')}>
      <Group justify="space-between" align="flex-end" mb="xs">
        <div style={{ flex: '1 1 20rem' }}>
          <Title order={2} size="h4">
            {t('vtn.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('vtn.help')}
          </Text>
        </div>
        <MayButton may={may} variant="default" onClick={() => setForm({})}>
          {t('vtn.add')}
        </MayButton>
      </Group>
      <Answer of={connections}>
        {(all) =>
          all.length === 0 ? (
            <Text size="sm">{t('vtn.none')}</Text>
          ) : (
            <Table.ScrollContainer minWidth={760}>
              <Table aria-label={t('vtn.title')} verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('vtn.name')}</Table.Th>
                    <Table.Th>{t('vtn.state')}</Table.Th>
                    <Table.Th>{t('vtn.health')}</Table.Th>
                    <Table.Th>{t('vtn.sends_reports')}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        {one.terms.name}
                        <Text size="xs" c="dimmed" style={{ wordBreak: 'break-all' }}>
                          {one.terms.base_url}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        <Pill tone={TONES[one.status.state]}>
                          {t(`vtn.state_${one.status.state}`)}
                        </Pill>
                      </Table.Td>
                      <Table.Td>
                        <Health connection={one} />
                      </Table.Td>
                      <Table.Td>{t(one.terms.sends_reports ? 'vtn.on' : 'vtn.off')}</Table.Td>
                      <Table.Td>
                        {may && (
                          <Group gap={6} justify="flex-end" wrap="nowrap">
                            <Button
                              size="xs"
                              variant="default"
                              onClick={() => setForm({ connection: one })}
                            >
                              {t('vtn.change_short')}
                            </Button>
                            <Button size="xs" variant="default" onClick={() => setGone(one)}>
                              {t('vtn.delete')}
                            </Button>
                          </Group>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Answer>
      {form && (
        <ConnectionForm
          contract={contract}
          connection={form.connection}
          onClose={() => setForm(undefined)}
        />
      )}
      <Confirm
        opened={gone !== undefined}
        title={t('vtn.delete_title')}
        action={t('vtn.delete')}
        danger
        busy={remove.isPending}
        onClose={() => setGone(undefined)}
        onConfirm={() => gone && remove.mutate(gone)}
      >
        {t('vtn.delete_words')}
      </Confirm>
    </Paper>
  );
}

/** When the server last answered, what it showed, and what went wrong. */
function Health({ connection }: { connection: VtnConnection }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { status } = connection;
  if (status.state === 'disabled') return <Text size="sm">{t('vtn.is_off')}</Text>;
  return (
    <>
      <Text size="sm">
        {status.last_ok_at
          ? t('vtn.last_ok', {
              at: format.dateTime(status.last_ok_at, true),
              events: status.events,
              others: status.other_events,
              reports: status.reports,
            })
          : t('vtn.not_yet')}
      </Text>
      {status.state === 'failing' && status.last_error && (
        <Text size="sm">
          {t('vtn.trouble', { count: status.failures })} <span lang="en">{status.last_error}</span>
        </Text>
      )}
      {status.unread && (
        <Text size="sm" c="dimmed">
          {t('vtn.unread')} <span lang="en">{status.unread}</span>
        </Text>
      )}
    </>
  );
}
