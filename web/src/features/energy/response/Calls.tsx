import { Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { drEventsQuery } from '../../../api/energy';
import type { DrEvent, DrRules, ElectricityContract } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { Pill, type Tone } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { CallForm } from './CallForm';
import { CallResult } from './CallResult';
import { PublishForm } from './PublishForm';
import { METHOD_NAMES } from './rules';

const TONES: Readonly<Record<DrEvent['state'], Tone>> = {
  planned: 'caution',
  running: 'warning',
  ended: 'quiet',
  cancelled: 'quiet',
};

interface CallsProps {
  contract: ElectricityContract;
  rules: DrRules | undefined;
  call: string | undefined;
  onCall: (id: string | undefined) => void;
}

/** The calls of a contract: what was asked for, and what came of it. */
export function Calls({ contract, rules, call, onCall }: CallsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const [adding, setAdding] = useState(false);
  const [off, setOff] = useState<DrEvent>();
  const [telling, setTelling] = useState<DrEvent>();
  const events = useQuery(drEventsQuery(contract.id));
  const cancel = useChange({
    refresh: [['dr_events', contract.id], ['dr_fitness']],
    done: t('response.cancelled_done'),
    run: ({ id, version }: DrEvent) =>
      ok(
        api.POST('/api/v1/electricity_contracts/{id}/dr_events/{event}/cancel', {
          params: { path: { id: contract.id, event: id } },
          body: { version },
        }),
      ),
    onDone: () => setOff(undefined),
  });
  const chosen = events.data?.find((event) => event.id === call);
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('response.calls')}>
      <Group justify="space-between" align="flex-end" mb="xs">
        <div>
          <Title order={2} size="h4">
            {t('response.calls')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('response.calls_help')}
          </Text>
        </div>
        <MayButton may={may} variant="default" onClick={() => setAdding(true)}>
          {t('response.add_call')}
        </MayButton>
      </Group>
      <Answer of={events}>
        {(all) =>
          all.length === 0 ? (
            <Text size="sm">{t('response.no_calls')}</Text>
          ) : (
            <Table.ScrollContainer minWidth={760}>
              <Table aria-label={t('response.calls')} verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('response.when')}</Table.Th>
                    <Table.Th ta="right">{t('response.requested')} (kW)</Table.Th>
                    <Table.Th>{t('response.baseline_rules')}</Table.Th>
                    <Table.Th>{t('response.state')}</Table.Th>
                    <Table.Th>{t('response.note')}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((event) => (
                    <Table.Tr key={event.id} data-selected={event.id === call || undefined}>
                      <Table.Td style={{ whiteSpace: 'nowrap' }}>
                        {format.day(civil(`${event.terms.day}T00:00:00`))}{' '}
                        {t('response.hours_of', {
                          first: event.terms.first_hour,
                          end: event.terms.end_hour,
                        })}
                      </Table.Td>
                      <Table.Td ta="right">{format.number(event.terms.requested_kw)}</Table.Td>
                      <Table.Td>
                        {METHOD_NAMES[event.terms.baseline.method]} ·{' '}
                        {t(`response.adjustment_${event.terms.baseline.adjustment}`)}
                      </Table.Td>
                      <Table.Td>
                        <Pill tone={TONES[event.state]}>{t(`response.state_${event.state}`)}</Pill>
                      </Table.Td>
                      <Table.Td>
                        {event.terms.note}
                        {event.published.length > 0 && (
                          <Text size="xs" c="dimmed">
                            {t('response.published', { count: event.published.length })}
                          </Text>
                        )}
                      </Table.Td>
                      <Table.Td>
                        <Group gap={6} justify="flex-end" wrap="nowrap">
                          {event.state !== 'cancelled' && event.state !== 'planned' && (
                            <Button
                              size="xs"
                              variant="default"
                              aria-pressed={event.id === call}
                              onClick={() => onCall(event.id === call ? undefined : event.id)}
                            >
                              {t('response.result')}
                            </Button>
                          )}
                          {may &&
                            !contract.establishment_id &&
                            event.state === 'planned' &&
                            event.published.length === 0 && (
                              <Button size="xs" variant="default" onClick={() => setTelling(event)}>
                                {t('response.publish')}
                              </Button>
                            )}
                          {may && (event.state === 'planned' || event.state === 'running') && (
                            <Button size="xs" variant="default" onClick={() => setOff(event)}>
                              {t('response.cancel')}
                            </Button>
                          )}
                        </Group>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Answer>
      {chosen && <CallResult contract={contract.id} call={chosen} />}
      {adding && (
        <CallForm
          contract={contract.id}
          rules={rules}
          onClose={() => setAdding(false)}
          onDone={(made) => {
            setAdding(false);
            if (made.state !== 'planned') onCall(made.id);
          }}
        />
      )}
      {telling && (
        <PublishForm contract={contract} call={telling} onClose={() => setTelling(undefined)} />
      )}
      <Confirm
        opened={off !== undefined}
        title={t('response.cancel_title')}
        action={t('response.cancel')}
        danger
        busy={cancel.isPending}
        onClose={() => setOff(undefined)}
        onConfirm={() => off && cancel.mutate(off)}
      >
        {t('response.cancel_words')}
      </Confirm>
    </Paper>
  );
}
