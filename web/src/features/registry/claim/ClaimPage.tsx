import {
  Alert,
  Box,
  Button,
  Center,
  Code,
  CopyButton,
  Group,
  Paper,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { FieldsForm, type Values } from '../../../ui/FieldsForm';
import { useChange } from '../../../ui/useChange';

/** The code of a label's address; one that was cut is shown as it came. */
function codeOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}

/** Where an installer uses the code of a label, without signing in: the code is the proof. */
export function ClaimPage() {
  const { t } = useTranslation();
  const claim = useChange({
    quiet: true,
    // Without the session of whoever is signed in here: the code alone is the proof.
    run: ({ code = '' }: Values) =>
      ok(api.POST('/api/v1/device_claims', { body: { code }, credentials: 'omit' })),
  });
  useEffect(() => {
    document.title = `${t('claim.title')} · ${t('ui.product')}`;
  }, [t]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Box w="100%" maw={480}>
        <Paper withBorder p="xl">
          <Title order={1} size="h3" mb="md">
            {t('claim.title')}
          </Title>
          {claim.data ? (
            <Stack gap="sm">
              <Alert color="yellow" variant="outline">
                {t('device.credential_once')}
              </Alert>
              <Text fw={600}>{claim.data.name}</Text>
              {[
                [t('device.credential_user'), claim.data.username],
                [t('device.credential_password'), claim.data.password],
                [t('device.topic'), claim.data.topic],
              ].map(([label = '', secret = '']) => (
                <div key={label}>
                  <Text size="sm" c="dimmed">
                    {label}
                  </Text>
                  <Group gap="xs" wrap="nowrap">
                    <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
                      {secret}
                    </Code>
                    <CopyButton value={secret}>
                      {({ copied, copy }) => (
                        <Button size="xs" variant="default" onClick={copy}>
                          {copied ? t('ui.copied') : t('ui.copy')}
                        </Button>
                      )}
                    </CopyButton>
                  </Group>
                </div>
              ))}
            </Stack>
          ) : (
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {t('claim.help')}
              </Text>
              <FieldsForm
                submit={t('claim.use')}
                busy={claim.isPending}
                error={claim.error}
                onSubmit={(values) => claim.mutate(values)}
                fields={[
                  {
                    name: 'code',
                    label: t('claim.code'),
                    required: true,
                    // What stands after # never reaches a server's log.
                    initial: codeOf(window.location.hash),
                  },
                ]}
              />
            </Stack>
          )}
        </Paper>
      </Box>
    </Center>
  );
}
