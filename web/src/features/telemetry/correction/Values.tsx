import { Alert, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readingsQuery } from '../../../api/telemetry';
import type { Point, ReadingValue } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { decimalsOf, unitLabel } from '../../../app/units';
import { QualityFlags } from '../../../app/vocabulary/Reading';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import type { Range } from '../chart/range';
import { CorrectDialog, type Target } from './CorrectDialog';
import { READINGS_MAX } from './change';

/** Rows that are drawn at first, and with each “more”. */
const SHOWN = 100;

/** Every reading of the range, each to be put right alone or all together. */
export function Values({ point, range }: { point: Point; range: Range }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [target, setTarget] = useState<Target>();
  const [shown, setShown] = useState(SHOWN);
  const may = useMay().on('correct_readings', scopeOf(point));
  const [from, to] = [new Date(range.from).toISOString(), new Date(range.to).toISOString()];
  const readings = useQuery({
    ...readingsQuery({ point: point.id, from, to, limit: READINGS_MAX }),
    placeholderData: (old) => old,
  });
  const rows = useMemo(() => readings.data?.items.toReversed() ?? [], [readings.data]);
  const unit = unitLabel(point.unit, point.quantity);
  const columns: Column<ReadingValue>[] = [
    {
      id: 'at',
      header: t('query.at'),
      value: (row) => row.at,
      render: (row) => format.dateTime(row.at, true),
    },
    {
      id: 'value',
      header: unit ? `${t('query.value')} (${unit})` : t('query.value'),
      align: 'right',
      value: (row) => row.value,
      render: (row) => format.number(row.value, Math.max(decimalsOf(point), 2)),
    },
    {
      id: 'quality',
      header: t('point.quality'),
      value: (row) => row.quality.join(' '),
      render: (row) => (
        <Group gap={4}>
          <QualityFlags flags={row.quality} />
        </Group>
      ),
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row) => (
        <MayButton
          may={may}
          size="compact-sm"
          variant="default"
          aria-label={`${format.dateTime(row.at, true)}: ${t('correction.one')}`}
          onClick={() => setTarget({ from: row.at, readings: [row] })}
        >
          {t('correction.one')}
        </MayButton>
      ),
    },
  ];
  return (
    <Answer of={readings}>
      {(data) => (
        <>
          {data.truncated && (
            <Alert color="yellow" variant="outline" mb="sm" title={t('correction.truncated')} />
          )}
          {data.hidden && (
            <Alert color="yellow" variant="outline" mb="sm" title={t('chart.hidden')} />
          )}
          <DataTable
            name="corrected_readings"
            label={t('correction.tab_values')}
            rows={rows.slice(0, shown)}
            columns={columns}
            rowKey={(row) => row.at}
            empty={<Empty title={t('chart.no_data')}>{t('correction.no_data_next')}</Empty>}
            more={{
              has: rows.length > shown,
              busy: false,
              load: () => setShown((old) => old + SHOWN),
            }}
            filters={
              <MayButton
                may={may}
                disabled={data.items.length === 0 || data.truncated}
                onClick={() => setTarget({ from, to, readings: data.items })}
              >
                {t('correction.all', { n: format.number(data.items.length) })}
              </MayButton>
            }
          />
          {target && (
            <CorrectDialog point={point} target={target} onClose={() => setTarget(undefined)} />
          )}
        </>
      )}
    </Answer>
  );
}
