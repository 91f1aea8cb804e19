import { Button, Divider, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ok, setCsrf } from '../../api/client';
import { sessionQuery, systemQuery } from '../../api/platform';
import type { Session } from '../../api/types';
import { FieldsForm, type Values } from '../../ui/FieldsForm';
import { ErrorState } from '../../ui/states';
import { useChange } from '../../ui/useChange';
import { Plain } from './Plain';

const route = getRouteApi('/sign-in');

/** Takes the session over and goes where the reader wanted to go. */
export function useEnter(next: string | undefined) {
  const client = useQueryClient();
  const router = useRouter();
  return (session: Session) => {
    setCsrf(session.csrf);
    client.setQueryData(sessionQuery.queryKey, session);
    // Only an address of this console: a link may not lead elsewhere.
    router.history.push(next?.startsWith('/') && !next.startsWith('//') ? next : '/');
  };
}

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const { data: system } = useQuery(systemQuery);
  const enter = useEnter(next);
  const signIn = useChange({
    quiet: true,
    run: ({ email = '', password = '' }: Values) =>
      ok(api.POST('/api/v1/session', { body: { email, password } })),
    onDone: enter,
  });
  const demo = useChange({
    quiet: true,
    run: () => ok(api.POST('/api/v1/session/demo')),
    onDone: enter,
  });
  return (
    <Plain title={t('sign_in.title')}>
      <Stack gap="md">
        {system?.demo && (
          <>
            <Button size="md" onClick={() => demo.mutate(undefined)} loading={demo.isPending}>
              {t('sign_in.demo')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('sign_in.demo_help')}
            </Text>
            {demo.error && <ErrorState error={demo.error} />}
            <Divider label={t('sign_in.or')} />
          </>
        )}
        <FieldsForm
          fields={[
            {
              name: 'email',
              label: t('people.email'),
              type: 'email',
              required: true,
              autoComplete: 'username',
            },
            {
              name: 'password',
              label: t('people.password'),
              type: 'password',
              required: true,
              autoComplete: 'current-password',
            },
          ]}
          submit={t('sign_in.submit')}
          busy={signIn.isPending}
          error={signIn.error}
          onSubmit={(values) => signIn.mutate(values)}
          fullWidth
        />
      </Stack>
    </Plain>
  );
}
