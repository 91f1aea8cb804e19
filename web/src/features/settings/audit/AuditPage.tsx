import { Alert, Button, Code, Drawer, Stack, Text, TextInput } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { flat } from '../../../api/paging';
import { auditQuery, auditVerificationQuery } from '../../../api/platform';
import type { AuditEntry } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty, ErrorState } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const route = getRouteApi('/app/settings/audit');

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'at',
      header: t('audit.at'),
      value: (row) => row.at,
      render: (row) => (
        <AnchorLink to="/settings/audit" search={(old) => ({ ...old, entry: row.id })}>
          {format.dateTime(row.at, true)}
        </AnchorLink>
      ),
    },
    {
      id: 'who',
      header: t('audit.who'),
      value: (row) => `${row.actor_name} (${t(`actor.${row.actor_kind}`)})`,
    },
    {
      id: 'action',
      header: t('audit.action'),
      value: (row) => row.action,
      render: (row) => <Code>{row.action}</Code>,
    },
    {
      id: 'subject',
      header: t('audit.subject'),
      value: (row) => row.subject,
      render: (row) => (
        <Text size="sm" maw={260} truncate title={row.subject}>
          {row.subject}
        </Text>
      ),
    },
    { id: 'seq', header: t('audit.seq'), align: 'right', value: (row) => row.seq },
    { id: 'request', header: t('ui.request_id'), value: (row) => row.request_id, hidden: true },
  ];
}

function EntryDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    [t('audit.at'), format.dateTime(entry.at, true)],
    [t('audit.who'), `${entry.actor_name} (${entry.actor_id})`],
    [t('audit.action'), entry.action],
    [t('audit.subject'), entry.subject],
    [t('ui.request_id'), entry.request_id],
    [t('audit.hash'), entry.sha256 ?? t('audit.unsealed')],
    [t('audit.previous'), entry.previous_sha256 ?? '–'],
  ];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={t('audit.entry')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        {facts.map(([label, value]) => (
          <div key={label}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </div>
        ))}
        <div>
          <Text size="xs" c="dimmed">
            {t('audit.detail')}
          </Text>
          <Code block>{JSON.stringify(entry.detail ?? null, null, 2)}</Code>
        </div>
      </Stack>
    </Drawer>
  );
}

/** Recomputes the chain of hashes on demand. */
function VerificationResult() {
  const { t } = useTranslation();
  const format = useFormat();
  const verification = useQuery(auditVerificationQuery);
  const { data, error } = verification;
  if (error) return <ErrorState error={error} />;
  if (!data) return null;
  const good = data.broken.length === 0;
  return (
    <Alert
      color={good ? 'green' : 'red'}
      variant="outline"
      role="status"
      title={
        good
          ? t('audit.intact', { count: data.checked, shown: format.number(data.checked) })
          : t('audit.broken', { count: data.broken.length })
      }
    >
      {!good && data.broken.slice(0, 10).join(', ')}
    </Alert>
  );
}

/** Who did what to which thing; a later change of an entry shows. */
export function AuditPage() {
  const { t } = useTranslation();
  const { action, subject, entry: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const { id: chain } = useComplex();
  const entries = useInfiniteQuery(auditQuery({ chain, action, subject }));
  const verification = useQuery(auditVerificationQuery);
  const columns = useColumns();
  const rows = flat(entries.data);
  const entry = rows.find((row) => row.id === chosen);
  const narrow = (part: { action?: string; subject?: string }) =>
    navigate({ search: (old) => ({ ...old, ...part }), replace: true });

  return (
    <Page
      title={t('audit.title')}
      help={t('audit.help')}
      asOf={entries.dataUpdatedAt}
      actions={
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={verification.isFetching}
          onClick={() => void verification.refetch()}
        >
          {t('audit.verify')}
        </Button>
      }
    >
      <Stack gap="md">
        <VerificationResult />
        <Answer of={entries}>
          {() => (
            <DataTable
              name="audit_entries"
              label={t('audit.title')}
              rows={rows}
              columns={columns}
              rowKey={(row) => row.id}
              selected={chosen}
              empty={<Empty title={t('audit.none')}>{t('audit.none_next')}</Empty>}
              more={{
                has: entries.hasNextPage,
                busy: entries.isFetchingNextPage,
                load: () => void entries.fetchNextPage(),
              }}
              filters={
                <>
                  <TextInput
                    aria-label={t('audit.action_exact')}
                    placeholder={t('audit.action_exact')}
                    w={230}
                    defaultValue={action ?? ''}
                    onBlur={(event) => narrow({ action: event.currentTarget.value || undefined })}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter') {
                        narrow({ action: event.currentTarget.value || undefined });
                      }
                    }}
                  />
                  <TextInput
                    aria-label={t('audit.subject_exact')}
                    placeholder={t('audit.subject_exact')}
                    w={190}
                    defaultValue={subject ?? ''}
                    onBlur={(event) => narrow({ subject: event.currentTarget.value || undefined })}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter') {
                        narrow({ subject: event.currentTarget.value || undefined });
                      }
                    }}
                  />
                </>
              }
            />
          )}
        </Answer>
      </Stack>
      {entry && (
        <EntryDrawer
          entry={entry}
          onClose={() => navigate({ search: (old) => ({ ...old, entry: undefined }) })}
        />
      )}
    </Page>
  );
}
