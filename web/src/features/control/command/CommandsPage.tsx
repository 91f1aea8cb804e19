import { Button, Text } from '@mantine/core';
import { IconSpeakerphone } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { commandsQuery } from '../../../api/control';
import { flat } from '../../../api/paging';
import { devicesQuery } from '../../../api/registry';
import type { Command, Device } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { SendDialog } from './SendDialog';
import { payloadWords, TONE } from './words';

const route = getRouteApi('/app/control/commands');
const ANY = 'any';
/** Kinds of device that take commands; a siren is registered as `other`. */
const TAKES: readonly Device['kind'][] = ['sign', 'other'];

function useColumns(nameOf: (id: string) => string | undefined): Column<Command>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const grants = useMay();
  const cancel = useChange({
    refresh: [['commands']],
    done: t('command.cancelled'),
    run: (id: string) => ok(api.POST('/api/v1/commands/{id}/cancel', { params: { path: { id } } })),
  });
  const name = (command: Command) => nameOf(command.device_id) ?? command.device_key;
  return [
    {
      id: 'at',
      header: t('command.at'),
      value: (command) => command.requested_at,
      render: (command) => (
        <span style={{ whiteSpace: 'nowrap' }}>{format.dateTime(command.requested_at, true)}</span>
      ),
    },
    { id: 'device', header: t('command.device'), value: name },
    { id: 'kind', header: t('command.kind'), value: (it) => t(`command.kind_${it.kind}`) },
    {
      id: 'payload',
      header: t('command.payload'),
      value: (command) => payloadWords(command, t),
      render: (command) => (
        <Text size="sm" lineClamp={2} maw={280}>
          {payloadWords(command, t)}
        </Text>
      ),
    },
    {
      id: 'state',
      header: t('command.state'),
      value: (command) => t(`command.state_${command.state}`),
      render: (command) => (
        <Pill tone={TONE[command.state]}>{t(`command.state_${command.state}`)}</Pill>
      ),
    },
    { id: 'detail', header: t('command.detail'), value: (command) => command.detail },
    { id: 'reason', header: t('command.reason'), value: (command) => command.reason },
    { id: 'by', header: t('command.by'), value: (command) => command.requested_by.name },
    {
      id: 'expires',
      header: t('command.expires'),
      value: (command) => command.expires_at,
      render: (command) => (
        <span style={{ whiteSpace: 'nowrap' }}>{format.dateTime(command.expires_at, true)}</span>
      ),
      hidden: true,
    },
    {
      id: 'deliveries',
      header: t('command.deliveries'),
      align: 'right',
      value: (command) => command.sent_count,
      hidden: true,
    },
    {
      id: 'cancel',
      header: t('command.cancel'),
      value: () => '',
      render: (command) =>
        command.state === 'queued' && grants.on('operate', scopeOf(command)) ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('command.cancel_of', { device: name(command) })}
            onClick={() => cancel.mutate(command.id)}
          >
            {t('command.cancel')}
          </Button>
        ) : null,
    },
  ];
}

/** What signs, sirens and lamps were told to do, by whom and why, and what they answered. */
export function CommandsPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { id } = useComplex();
  const { device: chosen, q } = route.useSearch();
  const navigate = route.useNavigate();
  const commands = useInfiniteQuery(commandsQuery(id));
  const { data: devices = [] } = useQuery(devicesQuery(id));
  const takers = devices.filter((each) => TAKES.includes(each.kind) && each.state === 'active');
  const nameOf = (device: string) => devices.find((each) => each.id === device)?.name;
  const columns = useColumns(nameOf);
  const choose = (device: string | undefined) =>
    navigate({ search: (old) => ({ ...old, device }) });

  return (
    <Page
      title={t('command.title')}
      help={t('command.help')}
      asOf={commands.dataUpdatedAt}
      actions={
        <MayButton
          may={grants.somewhere('operate', id)}
          leftSection={<IconSpeakerphone size={16} aria-hidden />}
          onClick={() => choose(ANY)}
          disabled={takers.length === 0}
        >
          {t('command.send')}
        </MayButton>
      }
    >
      <Answer of={commands}>
        {(data) => (
          <DataTable
            name="commands"
            label={t('command.title')}
            rows={flat(data)}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(words) =>
              navigate({ search: (old) => ({ ...old, q: words || undefined }), replace: true })
            }
            more={{
              has: commands.hasNextPage,
              busy: commands.isFetchingNextPage,
              load: () => void commands.fetchNextPage(),
            }}
            empty={
              <Empty title={t('command.none')}>
                {takers.length > 0 ? t('command.none_next') : t('command.device_none')}
              </Empty>
            }
          />
        )}
      </Answer>
      {chosen && takers.length > 0 && (
        <SendDialog
          devices={takers}
          device={chosen === ANY ? undefined : chosen}
          onClose={() => choose(undefined)}
        />
      )}
    </Page>
  );
}
