import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { calibrationsQuery, certificatesQuery, replacementsQuery } from '../../../api/registry';
import type { Calibration, Device } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { Confirm } from '../../../ui/Confirm';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { seoulToIso } from '../../../ui/format';
import { Answer } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { CertificateDialog } from './CertificateDialog';

interface CareProps {
  device: Device;
  may: boolean;
}

function CalibrationDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const add = useChange({
    quiet: true,
    refresh: [['calibrations'], ['device_health']],
    done: t('ui.saved'),
    run: (values: Values) => {
      const { calibrated_at = '', valid_until = '', calibrated_by = '', ...rest } = filled(values);
      return ok(
        api.POST('/api/v1/devices/{id}/calibrations', {
          params: { path: { id: device.id } },
          body: {
            calibrated_at: seoulToIso(calibrated_at),
            valid_until: seoulToIso(valid_until),
            calibrated_by,
            ...rest,
          },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('calibration.add')}
      submit={t('ui.save')}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={(values) => add.mutate(values)}
      fields={[
        {
          name: 'calibrated_at',
          label: t('calibration.at'),
          type: 'datetime-local',
          required: true,
        },
        {
          name: 'valid_until',
          label: t('calibration.until'),
          type: 'datetime-local',
          required: true,
        },
        { name: 'calibrated_by', label: t('calibration.by'), required: true },
        { name: 'certificate_number', label: t('calibration.number') },
        { name: 'file_reference', label: t('calibration.file') },
      ]}
    />
  );
}

function Calibrations({ device, may }: CareProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [adding, setAdding] = useState(false);
  const [voided, setVoided] = useState<Calibration>();
  const list = useQuery(calibrationsQuery(device.id));
  const cancel = useChange({
    refresh: [['calibrations'], ['device_health']],
    run: (id: string) =>
      ok(api.POST('/api/v1/calibrations/{id}/void', { params: { path: { id } } })),
    onDone: () => setVoided(undefined),
  });
  return (
    <Section
      title={t('calibration.title')}
      action={
        <MayButton
          may={may}
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('calibration.add')}
        </MayButton>
      }
    >
      <Answer of={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('calibration.none')}
            </Text>
          ) : (
            <Table aria-label={t('calibration.title')}>
              <Table.Tbody>
                {items.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td td={row.voided_at ? 'line-through' : undefined}>
                      {format.day(row.calibrated_at)} – {format.day(row.valid_until)}
                    </Table.Td>
                    <Table.Td>{row.calibrated_by}</Table.Td>
                    <Table.Td>{row.certificate_number ?? '–'}</Table.Td>
                    <Table.Td ta="right">
                      {row.voided_at ? (
                        t('calibration.voided')
                      ) : (
                        <Button
                          size="compact-xs"
                          variant="default"
                          disabled={!may}
                          aria-label={`${row.calibrated_by}: ${t('calibration.void')}`}
                          onClick={() => setVoided(row)}
                        >
                          {t('calibration.void')}
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
      <Confirm
        opened={voided !== undefined}
        title={t('calibration.void')}
        action={t('calibration.void')}
        busy={cancel.isPending}
        danger
        onClose={() => setVoided(undefined)}
        onConfirm={() => voided && cancel.mutate(voided.id)}
      >
        {t('calibration.void_words')}
      </Confirm>
      {adding && <CalibrationDialog device={device} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function Certificates({ device, may }: CareProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [adding, setAdding] = useState(false);
  const list = useQuery(certificatesQuery(device.id));
  const revoke = useChange({
    refresh: [['certificates']],
    run: (id: string) =>
      ok(api.POST('/api/v1/device_certificates/{id}/revoke', { params: { path: { id } } })),
  });
  return (
    <Section
      title={t('certificate.title')}
      action={
        <MayButton
          may={may}
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('certificate.add')}
        </MayButton>
      }
    >
      <Answer of={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('certificate.none')}
            </Text>
          ) : (
            <Table aria-label={t('certificate.title')}>
              <Table.Tbody>
                {items.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td td={row.revoked_at ? 'line-through' : undefined}>
                      {row.subject}
                    </Table.Td>
                    <Table.Td title={row.fingerprint}>{row.fingerprint.slice(0, 16)}…</Table.Td>
                    <Table.Td>
                      {format.day(row.valid_from)} – {format.day(row.valid_until)}
                    </Table.Td>
                    <Table.Td ta="right">
                      {row.revoked_at ? (
                        t('certificate.revoked')
                      ) : (
                        <Button
                          size="compact-xs"
                          variant="default"
                          disabled={!may}
                          onClick={() => revoke.mutate(row.id)}
                        >
                          {t('certificate.revoke')}
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
      {adding && <CertificateDialog device={device} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function Replacements({ device }: { device: Device }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(replacementsQuery(device.id));
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t('replacement.history')}>
      {data.items.map((row) => (
        <Text size="sm" key={row.id}>
          {format.dateTime(row.at)} · {row.old_key} → {row.new_key}
          {row.reason ? ` · ${row.reason}` : ''}
        </Text>
      ))}
    </Section>
  );
}

function Section(props: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5">
          {props.title}
        </Title>
        {props.action}
      </Group>
      {props.children}
    </Paper>
  );
}

/** What keeps a device trustworthy: calibration, certificates, what it replaced. */
export function CarePanel({ device, may }: CareProps) {
  return (
    <Stack gap="md">
      <Calibrations device={device} may={may} />
      <Certificates device={device} may={may} />
      <Replacements device={device} />
    </Stack>
  );
}
