import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { drProposalsQuery } from '../../../api/energy';
import type { DrProposal, DrRules, ElectricityContract } from '../../../api/types';
import { scopeOf, useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { Pill, type Tone } from '../../../ui/Pill';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { AcceptForm } from './AcceptForm';

const TONES: Readonly<Record<DrProposal['state'], Tone>> = {
  open: 'warning',
  accepted: 'good',
  opted_out: 'quiet',
  withdrawn: 'quiet',
  expired: 'quiet',
};
/** Decided ones that are shown beside those that wait. */
const OLD_MAX = 10;

interface ProposalsProps {
  contract: ElectricityContract;
  rules: DrRules | undefined;
}

/** What servers ask of this contract, until a person decides. */
export function Proposals({ contract, rules }: ProposalsProps) {
  const { t } = useTranslation();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const [taking, setTaking] = useState<DrProposal>();
  const [leaving, setLeaving] = useState<DrProposal>();
  const proposals = useQuery(drProposalsQuery(contract.id));
  const optOut = useChange({
    refresh: [
      ['dr_proposals', contract.id],
      ['dr_events', contract.id],
    ],
    done: t('response.opted_out_done'),
    run: ({ id, version }: DrProposal) =>
      ok(
        api.POST('/api/v1/electricity_contracts/{id}/dr_proposals/{proposal}/opt_out', {
          params: { path: { id: contract.id, proposal: id } },
          body: { version },
        }),
      ),
    onDone: () => setLeaving(undefined),
  });
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('response.proposals')}>
      <Title order={2} size="h4">
        {t('response.proposals')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('response.proposals_help')}
      </Text>
      <Answer of={proposals}>
        {(all) => {
          const open = all.filter(({ state }) => state === 'open');
          const old = all.filter(({ state }) => state !== 'open').slice(0, OLD_MAX);
          if (all.length === 0) return <Text size="sm">{t('response.no_proposals')}</Text>;
          return (
            <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
              {[...open, ...old].map((one) => (
                <ProposalLine
                  key={one.id}
                  proposal={one}
                  may={may}
                  onAccept={() => setTaking(one)}
                  onOptOut={() => setLeaving(one)}
                />
              ))}
            </Stack>
          );
        }}
      </Answer>
      {taking && (
        <AcceptForm
          contract={contract}
          proposal={taking}
          rules={rules}
          onClose={() => setTaking(undefined)}
        />
      )}
      <Confirm
        opened={leaving !== undefined}
        title={t('response.opt_out_title')}
        action={t('response.opt_out')}
        danger
        busy={optOut.isPending}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => leaving && optOut.mutate(leaving)}
      >
        {t('response.opt_out_words')}
      </Confirm>
    </Paper>
  );
}

interface ProposalLineProps {
  proposal: DrProposal;
  may: boolean;
  onAccept: () => void;
  onOptOut: () => void;
}

function ProposalLine({ proposal, may, onAccept, onOptOut }: ProposalLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { offer, state } = proposal;
  const kw =
    typeof offer.requested_kw === 'number'
      ? t('response.less_kw', { kw: format.number(offer.requested_kw) })
      : t('response.no_kw', { signal: offer.signal });
  const source = proposal.connection_id ? proposal.source_name : t('response.own_server');
  return (
    <Paper component="li" withBorder p="xs" data-state={state}>
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <div>
          <Group gap="xs">
            <Pill tone={TONES[state]}>{t(`response.proposal_${state}`)}</Pill>
            <Text fw={600}>
              {format.dateTime(offer.start)} – {format.dateTime(offer.end)}
            </Text>
            <Text>{kw}</Text>
          </Group>
          <Text size="sm" c="dimmed">
            {[source, offer.program, offer.event_name].filter(Boolean).join(' · ')}
            {proposal.decided_by && ` · ${t('response.decided_by', { who: proposal.decided_by })}`}
            {proposal.reported.length > 0 &&
              ` · ${t('response.reported', { what: proposal.reported.join(', ') })}`}
          </Text>
        </div>
        {may && (
          <Group gap={6} wrap="nowrap">
            {proposal.acceptable && (
              <Button size="xs" onClick={onAccept}>
                {t('response.accept')}
              </Button>
            )}
            {proposal.refusable && (
              <Button size="xs" variant="default" onClick={onOptOut}>
                {t('response.opt_out')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {proposal.changed && state === 'open' && (
        <Alert color="yellow" variant="outline" mt="xs" p="xs">
          {t(proposal.call ? 'response.changed_call' : 'response.changed')}
        </Alert>
      )}
      {proposal.unfit && state === 'open' && (
        <Text size="sm" mt={4}>
          {t(`response.unfit_${proposal.unfit}`)} {t('response.unfit_help')}
        </Text>
      )}
    </Paper>
  );
}
