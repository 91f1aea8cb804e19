import { Alert, Radio, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { systemQuery } from '../../api/platform';
import { FieldsForm, type Values } from '../../ui/FieldsForm';
import { ButtonLink } from '../../ui/links';
import { useChange } from '../../ui/useChange';
import { Plain } from './Plain';
import { useEnter } from './SignInPage';

const route = getRouteApi('/setup');
const PASSWORD_MIN = 10;

/** The first page of a new platform: who administers it, and what to start with. */
export function SetupPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const client = useQueryClient();
  const { data: system } = useQuery(systemQuery);
  const [start, setStart] = useState<'empty' | 'demo'>('empty');
  const enter = useEnter('/');
  const setUp = useChange({
    quiet: true,
    run: async ({ email = '', name = '', password = '' }: Values) => {
      const body = { token: token ?? '', email, name, password, start };
      const done = await ok(api.POST('/api/v1/setup', { body }));
      return ok(api.POST('/api/v1/session', { body: { email: done.email, password } }));
    },
    onDone: async (session) => {
      await client.invalidateQueries({ queryKey: ['system'] });
      enter(session);
    },
  });

  if (system?.set_up) {
    return (
      <Plain title={t('setup.title')}>
        <Stack gap="md">
          <Alert color="blue" variant="outline">
            {t('setup.already')}
          </Alert>
          <ButtonLink to="/sign-in">{t('sign_in.title')}</ButtonLink>
        </Stack>
      </Plain>
    );
  }
  if (!token) {
    return (
      <Plain title={t('setup.title')}>
        <Alert color="yellow" variant="outline" title={t('setup.no_token')}>
          {t('setup.no_token_next')}
        </Alert>
      </Plain>
    );
  }
  return (
    <Plain title={t('setup.title')}>
      <FieldsForm
        fields={[
          { name: 'name', label: t('setup.name'), required: true, autoComplete: 'name' },
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
            description: t('people.password_help', { n: PASSWORD_MIN }),
            type: 'password',
            required: true,
            minLength: PASSWORD_MIN,
            autoComplete: 'new-password',
          },
        ]}
        submit={t('setup.submit')}
        busy={setUp.isPending}
        error={setUp.error}
        onSubmit={(values) => setUp.mutate(values)}
        fullWidth
      >
        <Radio.Group
          label={t('setup.start')}
          value={start}
          onChange={(value) => setStart(value === 'demo' ? 'demo' : 'empty')}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="empty"
              label={t('setup.start_empty')}
              description={t('setup.start_empty_help')}
            />
            <Radio
              value="demo"
              label={t('setup.start_demo')}
              description={t('setup.start_demo_help')}
            />
          </Stack>
        </Radio.Group>
      </FieldsForm>
    </Plain>
  );
}
