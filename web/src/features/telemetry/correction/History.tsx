import { Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { correctionsQuery } from '../../../api/telemetry';
import type { Correction, Point } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { decimalsOf } from '../../../app/units';
import { type Column, DataTable } from '../../../ui/DataTable';
import { FormDialog } from '../../../ui/FormDialog';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

const stateOf = (row: Correction) =>
  row.in_force ? 'in_force' : row.undone_at ? 'undone' : 'superseded';

/** Everything that was put right at a point, who did it and why, and what was taken back. */
export function History({ point }: { point: Point }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay().on('correct_readings', scopeOf(point));
  const [undone, setUndone] = useState<Correction>();
  const list = useInfiniteQuery(correctionsQuery(point.id));
  const decimals = Math.max(decimalsOf(point), 2);
  const columns: Column<Correction>[] = [
    {
      id: 'at',
      header: t('correction.at'),
      value: (row) => row.at,
      render: (row) => format.dateTime(row.at, true),
    },
    {
      id: 'old',
      header: t('correction.old'),
      align: 'right',
      value: (row) => row.old_value,
      render: (row) => format.number(row.old_value, decimals),
    },
    {
      id: 'new',
      header: t('correction.new'),
      align: 'right',
      value: (row) => row.new_value ?? t('correction.struck'),
      render: (row) =>
        row.new_value === null || row.new_value === undefined
          ? t('correction.struck')
          : format.number(row.new_value, decimals),
    },
    {
      id: 'state',
      header: t('device.state'),
      value: (row) => t(`correction_state.${stateOf(row)}`),
      render: (row) => (
        <Pill tone={row.in_force ? 'good' : 'quiet'}>{t(`correction_state.${stateOf(row)}`)}</Pill>
      ),
    },
    {
      id: 'reason',
      header: t('correction.reason'),
      value: (row) => [row.reason, row.undo_reason].filter(Boolean).join(' / '),
      render: (row) => (
        <Stack gap={0} maw={320}>
          <Text size="sm">{row.reason}</Text>
          {row.undo_reason && (
            <Text size="sm" c="dimmed">
              {t('correction.undone_words', {
                name: row.undone_by?.name ?? '',
                reason: row.undo_reason,
              })}
            </Text>
          )}
        </Stack>
      ),
    },
    { id: 'author', header: t('correction.author'), value: (row) => row.author.name },
    {
      id: 'created',
      header: t('correction.created'),
      value: (row) => row.created_at,
      render: (row) => format.dateTime(row.created_at),
    },
    {
      id: 'version',
      header: t('rule.version'),
      align: 'right',
      value: (row) => row.version,
      hidden: true,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row) =>
        row.in_force ? (
          <MayButton
            may={may}
            size="compact-sm"
            variant="default"
            aria-label={`${format.dateTime(row.at, true)}: ${t('correction.undo')}`}
            onClick={() => setUndone(row)}
          >
            {t('correction.undo')}
          </MayButton>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <Answer of={list}>
      {(data) => (
        <>
          <DataTable
            name="corrections"
            label={t('correction.tab_history')}
            rows={flat(data)}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<Empty title={t('correction.none')}>{t('correction.none_next')}</Empty>}
            more={{
              has: list.hasNextPage,
              busy: list.isFetchingNextPage,
              load: () => void list.fetchNextPage(),
            }}
          />
          {undone && <Undo correction={undone} onClose={() => setUndone(undefined)} />}
        </>
      )}
    </Answer>
  );
}

function Undo({ correction, onClose }: { correction: Correction; onClose: () => void }) {
  const { t } = useTranslation();
  const undo = useChange({
    quiet: true,
    refresh: [['readings'], ['corrections'], ['latest']],
    done: t('correction.undo_done'),
    run: (reason: string) =>
      ok(
        api.POST('/api/v1/corrections/{id}/undo', {
          params: { path: { id: correction.id } },
          body: { reason },
        }),
      ),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('correction.undo')}
      submit={t('correction.undo')}
      busy={undo.isPending}
      error={undo.error}
      onClose={onClose}
      onSubmit={({ reason = '' }) => undo.mutate(reason.trim())}
      fields={[
        {
          name: 'reason',
          label: t('correction.reason'),
          description: t('correction.undo_help'),
          required: true,
        },
      ]}
    />
  );
}
