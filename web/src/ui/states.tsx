import { Alert, Button, Center, Code, Group, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem';

export function Loading() {
  const { t } = useTranslation();
  return (
    <Center p="xl" role="status" aria-live="polite">
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text c="dimmed">{t('ui.loading')}</Text>
      </Group>
    </Center>
  );
}

/** Nothing there yet: says so, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center p="xl">
      <Stack align="center" gap="xs" maw={480}>
        <ThemeIcon variant="light" color="gray" size="xl" radius="xl" aria-hidden>
          <IconInbox />
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {children && (
          <Text component="div" c="dimmed" size="sm" ta="center">
            {children}
          </Text>
        )}
      </Stack>
    </Center>
  );
}

/** The words for a failure in the reader's language; a code that is not known keeps the server's own. */
export function useProblemText() {
  const { t } = useTranslation();
  return (error: unknown): string => {
    if (!(error instanceof ProblemError)) return t('ui.error_unknown');
    if (error.status === 0) return t('ui.error_network');
    return (
      t(`problem.${error.code}`, { defaultValue: '' }) ||
      error.detail ||
      t('ui.error_status', { status: error.status })
    );
  };
}

/** What happened, each complaint about a field, and below it the server's own words with the id. */
export function ProblemWords({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const words = useProblemText()(error);
  const problem = error instanceof ProblemError ? error : undefined;
  const said = problem && problem.fields.length === 0 && problem.detail !== words;
  return (
    <Stack gap={6} align="flex-start">
      <Text size="sm">{words}</Text>
      {problem?.fields.map((field) => (
        <Text size="sm" key={field.pointer}>
          <Code>{field.pointer}</Code> {field.detail}
        </Text>
      ))}
      {said && problem.detail !== '' && (
        <Text size="xs" c="dimmed" component="details">
          <summary>{t('ui.server_said')}</summary>
          <span lang="en">{problem.detail}</span>
        </Text>
      )}
      {problem?.requestId && (
        <Text size="xs" c="dimmed">
          {t('ui.request_id')} <Code>{problem.requestId}</Code>
        </Text>
      )}
    </Stack>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const forbidden = error instanceof ProblemError && error.status === 403;
  return (
    <Alert
      icon={forbidden ? <IconLock /> : <IconAlertTriangle />}
      color={forbidden ? 'gray' : 'red'}
      variant="outline"
      title={forbidden ? t('ui.no_permission') : t('ui.error_title')}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <ProblemWords error={error} />
        {retry && !forbidden && (
          <Button size="xs" variant="default" onClick={retry}>
            {t('ui.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface AnswerLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** A query's loading, error and good state; an old answer stays visible when a refresh fails. */
export function Answer<T>({
  of,
  children,
}: {
  of: AnswerLike<T>;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) {
    return (
      <>
        {of.error !== null && of.error !== undefined && (
          <ErrorState error={of.error} retry={() => of.refetch()} />
        )}
        {children(of.data)}
      </>
    );
  }
  if (of.error) return <ErrorState error={of.error} retry={() => of.refetch()} />;
  return <Loading />;
}
