import {
  ActionIcon,
  Button,
  Drawer,
  Group,
  Paper,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { type Account, ROLES, type Role } from '../../../api/types';
import { Confirm } from '../../../ui/Confirm';
import { FieldsForm, type Values } from '../../../ui/FieldsForm';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { scopeName } from './scope';
import { useScopes } from './useScopes';

const REFRESH = [['accounts'], ['session']];

function Grants({ account }: { account: Account }) {
  const { t } = useTranslation();
  const scopes = useScopes();
  const [leaving, setLeaving] = useState<{ id: string; words: string }>();
  const remove = useChange({
    refresh: REFRESH,
    done: t('people.grant_removed'),
    run: (id: string) => ok(api.DELETE('/api/v1/grants/{id}', { params: { path: { id } } })),
    onDone: () => setLeaving(undefined),
  });
  return (
    <Stack gap={6}>
      {account.grants.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('people.no_grants')}
        </Text>
      )}
      {account.grants.map((grant) => {
        const words = `${t(`role.${grant.role}`)} – ${scopeName(grant.scope, scopes)}`;
        const { id } = grant;
        return (
          <Paper withBorder p="xs" key={`${grant.role} ${grant.scope}`}>
            <Group justify="space-between" wrap="nowrap">
              <div>
                <Text fw={600} size="sm">
                  {t(`role.${grant.role}`)}
                </Text>
                <Text size="sm" c="dimmed">
                  {scopeName(grant.scope, scopes)}
                </Text>
              </div>
              {id && (
                <Tooltip label={t('people.grant_remove')}>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    aria-label={`${t('people.grant_remove')}: ${words}`}
                    onClick={() => setLeaving({ id, words })}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Tooltip>
              )}
            </Group>
          </Paper>
        );
      })}
      {leaving && (
        <Confirm
          opened
          danger
          title={t('people.grant_remove')}
          action={t('people.grant_remove')}
          busy={remove.isPending}
          onClose={() => setLeaving(undefined)}
          onConfirm={() => remove.mutate(leaving.id)}
        >
          {t('people.grant_remove_ask', { name: account.name, grant: leaving.words })}
        </Confirm>
      )}
    </Stack>
  );
}

interface AccountPanelProps {
  account: Account;
  onClose: () => void;
}

/** One person: which roles they hold, and whether they may sign in. */
export function AccountPanel({ account, onClose }: AccountPanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scopes = useScopes();
  const [asking, setAsking] = useState(false);
  const give = useChange({
    quiet: true,
    refresh: REFRESH,
    done: t('people.grant_added'),
    run: ({ role, scope = '' }: Values) =>
      ok(
        api.POST('/api/v1/accounts/{id}/grants', {
          params: { path: { id: account.id } },
          body: { role: oneOf(...ROLES)(role) ?? ('operator' satisfies Role), scope },
        }),
      ),
  });
  const turn = useChange({
    refresh: REFRESH,
    done: t('people.saved'),
    run: (disabled: boolean) =>
      ok(
        api.PATCH('/api/v1/accounts/{id}', {
          params: { path: { id: account.id } },
          body: { disabled, version: account.version },
        }),
      ),
    onDone: () => setAsking(false),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={account.name}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <div>
          <Text>{account.email}</Text>
          <Text size="sm" c="dimmed">
            {t('people.created')} {format.dateTime(account.created_at)}
          </Text>
        </div>
        <Title order={2} size="h5">
          {t('people.roles')}
        </Title>
        <Grants account={account} />
        <Title order={2} size="h5">
          {t('people.grant_add')}
        </Title>
        <FieldsForm
          key={account.grants.length}
          fields={[
            {
              name: 'role',
              label: t('people.role'),
              type: 'select',
              required: true,
              options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
            },
            {
              name: 'scope',
              label: t('people.scope'),
              type: 'select',
              required: true,
              options: scopes,
            },
          ]}
          submit={t('people.grant_add')}
          busy={give.isPending}
          error={give.error}
          onSubmit={(values) => give.mutate(values)}
        />
        <Group>
          {account.disabled ? (
            <Button variant="default" onClick={() => turn.mutate(false)} loading={turn.isPending}>
              {t('people.enable')}
            </Button>
          ) : (
            <Button variant="outline" color="red" onClick={() => setAsking(true)}>
              {t('people.disable')}
            </Button>
          )}
        </Group>
        <Confirm
          opened={asking}
          danger
          title={t('people.disable')}
          action={t('people.disable')}
          busy={turn.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => turn.mutate(true)}
        >
          {t('people.disable_ask', { name: account.name })}
        </Confirm>
      </Stack>
    </Drawer>
  );
}
