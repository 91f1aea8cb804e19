import { IconUserPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { accountsQuery } from '../../../api/platform';
import type { Account } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import type { Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { AccountPanel } from './AccountPanel';
import { scopeName } from './scope';
import { useScopes } from './useScopes';

const route = getRouteApi('/app/settings/people');
export const PASSWORD_MIN = 10;

function useColumns(): Column<Account>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const scopes = useScopes();
  const roles = (account: Account) =>
    account.grants.map((grant) => `${t(`role.${grant.role}`)} (${scopeName(grant.scope, scopes)})`);
  return [
    {
      id: 'name',
      header: t('people.name'),
      value: (row) => row.name,
      render: (row) => (
        <AnchorLink to="/settings/people" search={(old) => ({ ...old, account: row.id })}>
          {row.name}
        </AnchorLink>
      ),
    },
    { id: 'email', header: t('people.email'), value: (row) => row.email },
    { id: 'roles', header: t('people.roles'), value: (row) => roles(row).join(', ') },
    {
      id: 'state',
      header: t('people.state'),
      value: (row) => (row.disabled ? t('people.disabled') : t('people.enabled')),
      render: (row) => (
        <Pill tone={row.disabled ? 'quiet' : 'good'}>
          {row.disabled ? t('people.disabled') : t('people.enabled')}
        </Pill>
      ),
    },
    {
      id: 'created_at',
      header: t('people.created'),
      value: (row) => row.created_at,
      render: (row) => format.dateTime(row.created_at),
    },
  ];
}

/** Who may sign in, and as what. */
export function PeoplePage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { account: chosen, q } = route.useSearch();
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  const accounts = useInfiniteQuery(accountsQuery);
  const columns = useColumns();
  const rows = flat(accounts.data);
  const account = rows.find((row) => row.id === chosen);
  const add = useChange({
    quiet: true,
    refresh: [['accounts']],
    done: t('people.added'),
    run: ({ email = '', name = '', password = '' }: Values) =>
      ok(api.POST('/api/v1/accounts', { body: { email, name, password } })),
    onDone: (made) => {
      setAdding(false);
      void navigate({ search: (old) => ({ ...old, account: made.id }) });
    },
  });
  return (
    <Page
      title={t('people.title')}
      help={t('people.help')}
      asOf={accounts.dataUpdatedAt}
      actions={
        <MayButton
          may={grants.on('administer', 'system')}
          leftSection={<IconUserPlus size={16} aria-hidden />}
          onClick={() => {
            add.reset();
            setAdding(true);
          }}
        >
          {t('people.add')}
        </MayButton>
      }
    >
      <Answer of={accounts}>
        {() => (
          <DataTable
            name="accounts"
            label={t('people.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            selected={chosen}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('people.none')}>{t('people.none_next')}</Empty>}
            more={{
              has: accounts.hasNextPage,
              busy: accounts.isFetchingNextPage,
              load: () => void accounts.fetchNextPage(),
            }}
          />
        )}
      </Answer>
      {account && (
        <AccountPanel
          account={account}
          onClose={() => navigate({ search: (old) => ({ ...old, account: undefined }) })}
        />
      )}
      {adding && (
        <FormDialog
          title={t('people.add')}
          submit={t('ui.add')}
          busy={add.isPending}
          error={add.error}
          onClose={() => setAdding(false)}
          onSubmit={(values) => add.mutate(values)}
          fields={[
            { name: 'name', label: t('people.name'), required: true },
            { name: 'email', label: t('people.email'), type: 'email', required: true },
            {
              name: 'password',
              label: t('people.password'),
              description: t('people.password_help', { n: PASSWORD_MIN }),
              type: 'password',
              required: true,
              minLength: PASSWORD_MIN,
              autoComplete: 'new-password',
            },
          ]}
        />
      )}
    </Page>
  );
}
