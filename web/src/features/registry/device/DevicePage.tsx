import { Alert, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import {
  IconChartLine,
  IconFileImport,
  IconKey,
  IconPencil,
  IconQrcode,
  IconReplace,
  IconTransfer,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  deviceQuery,
  establishmentsQuery,
  pointsQuery,
  profilesQuery,
} from '../../../api/registry';
import { latestQuery } from '../../../api/telemetry';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { DeviceKindWord } from '../../../app/vocabulary/DeviceKind';
import { HealthWord } from '../../../app/vocabulary/HealthWord';
import { healthOf } from '../../../app/vocabulary/health';
import { AnchorLink, ButtonLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Loading } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { CarePanel } from './CarePanel';
import { ClaimDialog } from './ClaimDialog';
import { CredentialDialog } from './CredentialDialog';
import { DeviceEdit, DeviceTransfer } from './DeviceEdit';
import { PointTable } from './PointTable';
import { ReplaceDialog } from './ReplaceDialog';

type Dialog = 'edit' | 'transfer' | 'credential' | 'claim' | 'replace';

const route = getRouteApi('/app/registry/devices/$device');

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" size="sm">
        {children}
      </Text>
    </div>
  );
}

/** One device: what it is, what it measures, how old its values are. */
export function DevicePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { device: id } = route.useParams();
  const now = useNow(10_000);
  const [dialog, setDialog] = useState<Dialog>();
  const may = useMay();
  const device = useQuery(deviceQuery(id));
  const points = useQuery(pointsQuery({ device: id }));
  const latest = useQuery(latestQuery({ device: id }));
  const { data: establishments = [] } = useQuery(establishmentsQuery(device.data?.complex_id));
  const { data: profiles = [] } = useQuery(profilesQuery);
  const profile = profiles.find((each) => each.id === device.data?.profile_id);
  const health = healthOf(
    device.data ? [device.data] : [],
    points.data ?? [],
    latest.data ?? [],
    now,
  ).get(id);
  const owner = establishments.find((each) => each.id === device.data?.establishment_id);

  const close = () => setDialog(undefined);
  const mayWrite = !device.data || may.on('write_registry', scopeOf(device.data));
  const mayTransfer = !device.data || may.on('write_registry', `complex:${device.data.complex_id}`);

  return (
    <Page
      title={device.data?.name ?? t('device.one')}
      help={t('device.one_help')}
      asOf={latest.dataUpdatedAt}
      actions={
        <>
          <ButtonLink
            to="/data/chart"
            search={{ points: points.data?.map((point) => point.id).join(','), span: '1d' }}
            leftSection={<IconChartLine size={16} aria-hidden />}
          >
            {t('device.chart')}
          </ButtonLink>
          {device.data?.kind === 'meter' && (
            <ButtonLink
              to="/data/imports"
              search={{ device: id }}
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
            >
              {t('device.import')}
            </ButtonLink>
          )}
          <MayButton
            may={mayWrite}
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setDialog('edit')}
          >
            {t('ui.edit')}
          </MayButton>
          <MayButton
            may={mayTransfer}
            variant="default"
            leftSection={<IconTransfer size={16} aria-hidden />}
            onClick={() => setDialog('transfer')}
          >
            {t('device.transfer')}
          </MayButton>
          <MayButton
            may={mayWrite}
            variant="default"
            leftSection={<IconKey size={16} aria-hidden />}
            onClick={() => setDialog('credential')}
          >
            {t('device.credential')}
          </MayButton>
          <MayButton
            may={mayWrite}
            variant="default"
            leftSection={<IconQrcode size={16} aria-hidden />}
            onClick={() => setDialog('claim')}
          >
            {t('claim.issue')}
          </MayButton>
          <MayButton
            may={mayWrite}
            variant="default"
            leftSection={<IconReplace size={16} aria-hidden />}
            onClick={() => setDialog('replace')}
          >
            {t('replacement.title')}
          </MayButton>
        </>
      }
    >
      <Answer of={device}>
        {(found) => (
          <Stack gap="md">
            {found.state === 'retired' && (
              <Alert color="gray" variant="outline" title={t('device.retired_note')} />
            )}
            <Paper withBorder p="md">
              <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
                <Fact label={t('device.health')}>
                  <HealthWord health={health?.health ?? 'never'} />
                </Fact>
                <Fact label={t('device.heard')}>{format.dateTime(health?.heard_at, true)}</Fact>
                <Fact label={t('device.kind')}>
                  <DeviceKindWord kind={found.kind} />
                </Fact>
                <Fact label={t('device.key')}>
                  <Code>{found.key}</Code>
                </Fact>
                <Fact label={t('device.establishment')}>{owner?.name ?? '–'}</Fact>
                <Fact label={t('device.profile')}>
                  {profile ? (
                    <AnchorLink to="/registry/profiles/$profile" params={{ profile: profile.id }}>
                      {profile.name}
                    </AnchorLink>
                  ) : (
                    '–'
                  )}
                </Fact>
                <Fact label={t('device.commissioning')}>
                  {t(`commissioning.${found.commissioning}`)}
                </Fact>
                <Fact label={t('device.serial')}>{found.serial ?? '–'}</Fact>
                <Fact label={t('device.gateway')}>
                  {found.gateway_id ? (
                    <AnchorLink
                      to="/registry/devices/$device"
                      params={{ device: found.gateway_id }}
                    >
                      {t('device.open')}
                    </AnchorLink>
                  ) : (
                    '–'
                  )}
                </Fact>
                <Fact label={t('device.place')}>
                  {found.position
                    ? `${format.number(found.position.lat, 5)}, ${format.number(found.position.lon, 5)}`
                    : '–'}
                </Fact>
              </SimpleGrid>
              <Group mt="sm" gap={6}>
                <Text size="xs" c="dimmed">
                  {t('device.topic')}
                </Text>
                <Code>{`sandan/v1/${found.key}/readings`}</Code>
              </Group>
            </Paper>
            <Title order={2} size="h4">
              {t('point.title')}
            </Title>
            {points.data ? (
              <PointTable points={points.data} latest={latest.data ?? []} />
            ) : (
              <Loading />
            )}
            <CarePanel device={found} may={mayWrite} />
            {dialog === 'claim' && <ClaimDialog device={found} onClose={close} />}
            {dialog === 'replace' && (
              <ReplaceDialog device={found} points={points.data ?? []} onClose={close} />
            )}
            {dialog === 'credential' && <CredentialDialog device={found} onClose={close} />}
            {dialog === 'edit' && <DeviceEdit device={found} onClose={close} />}
            {dialog === 'transfer' && <DeviceTransfer device={found} onClose={close} />}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
