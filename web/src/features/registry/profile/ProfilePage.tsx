import { Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconDeviceFloppy, IconPlaylistAdd } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { devicesQuery, profileQuery } from '../../../api/registry';
import type { DeviceProfile } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { Confirm } from '../../../ui/Confirm';
import { Page } from '../../../ui/Page';
import { Answer, ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { bodyOf, type Draft, draftOf, EMPTY, faultsOf } from './draft';
import { MappingPanel } from './MappingPanel';
import { MetricTable } from './MetricTable';
import { NEW } from './ProfilesPage';
import { useApply } from './useApply';

const route = getRouteApi('/app/registry/profiles/$profile');

/** One model of device: what it measures, and how its messages are read. */
export function ProfilePage() {
  const { t } = useTranslation();
  const { profile: id } = route.useParams();
  const profile = useQuery({ ...profileQuery(id), enabled: id !== NEW });
  if (id === NEW) return <ProfileEditor key={NEW} profile={undefined} />;
  if (!profile.data) {
    return (
      <Page title={t('profile.one')} help={t('profile.help')}>
        <Answer of={profile}>{() => null}</Answer>
      </Page>
    );
  }
  return <ProfileEditor key={id} profile={profile.data} />;
}

function ProfileEditor({ profile }: { profile: DeviceProfile | undefined }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const may = useMay().on('write_registry', 'system');
  const [base, setBase] = useState(profile);
  const [draft, setDraft] = useState<Draft>(() => (profile ? draftOf(profile) : EMPTY));
  const [payload, setPayload] = useState('');
  const { data: devices = [] } = useQuery(devicesQuery(undefined));
  const uses = devices.filter((device) => base && device.profile_id === base.id).length;
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const before = base ? draftOf(base) : EMPTY;
  const dirty = JSON.stringify(before) !== JSON.stringify(draft);
  // Read while leaving, which happens before the next drawing.
  const kept = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: () => dirty && !kept.current,
    enableBeforeUnload: () => dirty && !kept.current,
    withResolver: true,
  });
  const apply = useApply(base?.id);
  const save = useChange({
    quiet: true,
    refresh: [['device_profiles']],
    done: t('ui.saved'),
    run: (body: ReturnType<typeof bodyOf>) =>
      base
        ? ok(
            api.PATCH('/api/v1/device_profiles/{id}', {
              params: { path: { id: base.id } },
              body: { ...body, version: base.version },
            }),
          )
        : ok(api.POST('/api/v1/device_profiles', { body: { ...body, code: draft.code } })),
    onDone: (saved) => {
      if (base) {
        setBase(saved);
        setDraft(draftOf(saved));
        return;
      }
      kept.current = true;
      void navigate({ to: '/registry/profiles/$profile', params: { profile: saved.id } });
    },
  });
  const faults = faultsOf(draft);

  return (
    <Page
      title={base?.name ?? t('profile.add')}
      help={t('profile.help')}
      actions={
        <>
          {base && (
            <MayButton
              may={may}
              variant="default"
              leftSection={<IconPlaylistAdd size={16} aria-hidden />}
              disabled={dirty || uses === 0}
              loading={apply.isPending}
              onClick={() => apply.mutate(undefined)}
            >
              {t('profile.apply', { n: uses })}
            </MayButton>
          )}
          <MayButton
            may={may}
            leftSection={<IconDeviceFloppy size={16} aria-hidden />}
            disabled={!dirty || faults.length > 0}
            loading={save.isPending}
            onClick={() => save.mutate(bodyOf(draft))}
          >
            {t('ui.save')}
          </MayButton>
        </>
      }
    >
      <Stack gap="md">
        {Boolean(save.error) && <ErrorState error={save.error} />}
        {dirty && faults.length > 0 && (
          <Text size="sm" role="status">
            <strong>{t('profile.not_yet')}:</strong> {faults.map((fault) => t(fault)).join(' ')}
          </Text>
        )}
        <Head draft={draft} born={base !== undefined} may={may} onChange={set} />
        <MetricTable metrics={draft.metrics} may={may} onChange={(metrics) => set({ metrics })} />
        <MappingPanel
          mapping={draft.mapping}
          metrics={draft.metrics}
          payload={payload}
          may={may}
          onMapping={(mapping) => set({ mapping })}
          onPayload={setPayload}
          onMetrics={(metrics) => set({ metrics })}
        />
      </Stack>
      <Confirm
        opened={blocker.status === 'blocked'}
        title={t('profile.leave')}
        action={t('profile.leave_do')}
        danger
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      >
        {t('profile.leave_words')}
      </Confirm>
    </Page>
  );
}

interface HeadProps {
  draft: Draft;
  born: boolean;
  may: boolean;
  onChange: (change: Partial<Draft>) => void;
}

function Head({ draft, born, may, onChange }: HeadProps) {
  const { t } = useTranslation();
  const text = (name: 'name' | 'code' | 'calibration_days' | 'retention_days') => ({
    label: t(`profile.${name}`),
    description: t(`profile.${name}_help`),
    readOnly: !may,
    autoComplete: 'off',
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [name]: event.currentTarget.value }),
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        {t('profile.head')}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <TextInput {...text('name')} required />
        <TextInput {...text('code')} required disabled={born} placeholder="air-basic" />
        <TextInput {...text('calibration_days')} type="number" min={1} max={3650} />
        <TextInput {...text('retention_days')} type="number" min={1} max={36500} />
      </SimpleGrid>
    </Paper>
  );
}
