import { Alert, Button, Code, CopyButton, Group, Modal, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { tokensQuery } from '../../../api/platform';
import { ROLES, type Token } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { seoulToIso } from '../../../ui/format';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { oneOf } from '../../../ui/search';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { scopeName } from '../people/scope';
import { useScopes } from '../people/useScopes';

function TokenOnce({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('token.made')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        <Alert color="yellow" variant="outline">
          {t('token.once')}
        </Alert>
        <Group gap="xs" wrap="nowrap">
          <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
            {token}
          </Code>
          <CopyButton value={token}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? t('ui.copied') : t('ui.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Modal>
  );
}

function useColumns(onRevoke: (token: Token) => void): Column<Token>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const scopes = useScopes();
  return [
    { id: 'name', header: t('token.name'), value: (row) => row.name },
    { id: 'role', header: t('people.role'), value: (row) => t(`role.${row.role}`) },
    { id: 'scope', header: t('people.scope'), value: (row) => scopeName(row.scope, scopes) },
    {
      id: 'created_at',
      header: t('token.created'),
      value: (row) => row.created_at,
      render: (row) => format.dateTime(row.created_at),
    },
    {
      id: 'expires_at',
      header: t('token.expires'),
      value: (row) => row.expires_at,
      render: (row) => (row.expires_at ? format.dateTime(row.expires_at) : t('token.never')),
    },
    {
      id: 'revoke',
      header: t('token.revoke'),
      value: (row) => row.revoked_at,
      render: (row) =>
        row.revoked_at ? (
          <Pill>{t('token.revoked_at', { time: format.dateTime(row.revoked_at) })}</Pill>
        ) : (
          <Button
            size="compact-sm"
            variant="outline"
            color="red"
            aria-label={`${t('token.revoke')}: ${row.name}`}
            onClick={() => onRevoke(row)}
          >
            {t('token.revoke')}
          </Button>
        ),
    },
  ];
}

/** Keys of programs: shown once, kept as a hash, taken back at any time. */
export function TokensPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const tokens = useInfiniteQuery(tokensQuery);
  const scopes = useScopes();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<string>();
  const [leaving, setLeaving] = useState<Token>();
  const columns = useColumns(setLeaving);
  const add = useChange({
    quiet: true,
    refresh: [['tokens']],
    run: (values: Values) => {
      const { name = '', role, scope = '', expires } = filled(values);
      return ok(
        api.POST('/api/v1/tokens', {
          body: {
            name,
            role: oneOf(...ROLES)(role) ?? 'ingest',
            scope,
            ...(expires ? { expires_at: seoulToIso(expires) } : {}),
          },
        }),
      );
    },
    onDone: ({ token }) => {
      setAdding(false);
      setMade(token);
    },
  });
  const revoke = useChange({
    refresh: [['tokens']],
    done: t('token.revoked'),
    run: (id: string) => ok(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onDone: () => setLeaving(undefined),
  });
  return (
    <Page
      title={t('token.title')}
      help={t('token.help')}
      asOf={tokens.dataUpdatedAt}
      actions={
        <MayButton
          may={grants.somewhere('administer')}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            add.reset();
            setAdding(true);
          }}
        >
          {t('token.add')}
        </MayButton>
      }
    >
      <Answer of={tokens}>
        {(data) => (
          <DataTable
            name="tokens"
            label={t('token.title')}
            rows={flat(data)}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<Empty title={t('token.none')}>{t('token.none_next')}</Empty>}
            more={{
              has: tokens.hasNextPage,
              busy: tokens.isFetchingNextPage,
              load: () => void tokens.fetchNextPage(),
            }}
          />
        )}
      </Answer>
      {adding && (
        <FormDialog
          title={t('token.add')}
          submit={t('token.make')}
          busy={add.isPending}
          error={add.error}
          onClose={() => setAdding(false)}
          onSubmit={(values) => add.mutate(values)}
          fields={[
            { name: 'name', label: t('token.name'), required: true },
            {
              name: 'role',
              label: t('people.role'),
              type: 'select',
              required: true,
              initial: 'ingest',
              options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
            },
            {
              name: 'scope',
              label: t('people.scope'),
              type: 'select',
              required: true,
              options: scopes,
            },
            { name: 'expires', label: t('token.expires_optional'), type: 'date' },
          ]}
        />
      )}
      {made && <TokenOnce token={made} onClose={() => setMade(undefined)} />}
      {leaving && (
        <Confirm
          opened
          danger
          title={t('token.revoke')}
          action={t('token.revoke')}
          busy={revoke.isPending}
          onClose={() => setLeaving(undefined)}
          onConfirm={() => revoke.mutate(leaving.id)}
        >
          {t('token.revoke_ask', { name: leaving.name })}
        </Confirm>
      )}
    </Page>
  );
}
