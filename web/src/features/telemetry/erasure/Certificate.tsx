import { Button, Code, Drawer, Group, Paper, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { Erasure } from '../../../api/types';
import { saveFile } from '../../../ui/csv';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';
import { whatOf } from './scope';

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

/** The names of what was erased; a point that is gone from the registry keeps its identifier. */
function usePointNames(ids: readonly string[], complex: string | undefined) {
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each.name]));
  const name = new Map(
    points.map((each) => [each.id, `${device.get(each.device_id) ?? ''} · ${each.name}`]),
  );
  return ids.map((id) => name.get(id) ?? id);
}

/** The proof of an erasure: what, why, who, and each file before and after with its checksum. */
export function Certificate({ erasure, onClose }: { erasure: Erasure; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const what = whatOf(erasure.what as Record<string, unknown>);
  const names = usePointNames(what.points, erasure.complex_id ?? undefined);
  const save = () =>
    saveFile(
      `erasure-${erasure.id}.json`,
      new Blob([JSON.stringify(erasure, null, 2)], { type: 'application/json' }),
    );
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('erasure.certificate')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Pill tone={erasure.complete_at ? 'good' : 'caution'}>
            {erasure.complete_at ? t('erasure.complete') : t('erasure.under_way')}
          </Pill>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={save}
          >
            {t('erasure.save')}
          </Button>
        </Group>
        {!erasure.complete_at && <Text size="sm">{t('erasure.under_way_words')}</Text>}
        <Line label={t('erasure.number')}>
          <Code>{erasure.id}</Code>
        </Line>
        <Line label={t('erasure.reason')}>{erasure.reason}</Line>
        <Line label={t('erasure.actor')}>
          {erasure.actor_name} ({t(`erasure_kind.${erasure.kind}`)})
        </Line>
        <Line label={t('erasure.created')}>{format.dateTime(erasure.created_at, true)}</Line>
        <Line label={t('erasure.complete_at')}>{format.dateTime(erasure.complete_at, true)}</Line>
        <Line label={t('erasure.span')}>
          {t('erasure.span_words', {
            from: what.from ? format.dateTime(what.from, true) : t('erasure.from_first'),
            until: format.dateTime(what.until, true),
          })}
        </Line>
        {what.profile && (
          <Line label={t('device.profile')}>
            {what.profile} ({t('profile.days', { n: what.days ?? '–' })})
          </Line>
        )}
        <Line label={t('erasure.what_points', { n: format.number(erasure.point_count) })}>
          {names.length > 0 ? names.join(', ') : '–'}
        </Line>
        <Line label={t('erasure.readings')}>{format.number(erasure.reading_count)}</Line>
        <Text fw={600}>{t('erasure.files', { n: format.number(erasure.files.length) })}</Text>
        {erasure.files.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('erasure.no_files')}
          </Text>
        )}
        {erasure.files.map((file) => (
          <Paper withBorder p="xs" key={file.path}>
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {file.path}
            </Text>
            <Checksum word={t('erasure.before')} sum={file.sha256} />
            {file.new_path ? (
              <Checksum word={t('erasure.after')} sum={file.new_sha256 ?? '–'} />
            ) : (
              <Text size="sm">{t('erasure.nothing_left')}</Text>
            )}
            <Text size="sm">
              {t('erasure.cut_out', { n: format.number(file.reading_count) })} ·{' '}
              {file.gone_at
                ? t('erasure.gone_at', { at: format.dateTime(file.gone_at, true) })
                : t('erasure.not_gone')}
            </Text>
          </Paper>
        ))}
        <Text size="sm" c="dimmed">
          {t('erasure.elsewhere')}
        </Text>
      </Stack>
    </Drawer>
  );
}

function Checksum({ word, sum }: { word: string; sum: string }) {
  return (
    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {word} SHA-256 <Code>{sum}</Code>
    </Text>
  );
}
