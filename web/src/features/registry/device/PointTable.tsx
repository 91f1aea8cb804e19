import { useTranslation } from 'react-i18next';
import type { Latest, Point } from '../../../api/types';
import { decimalsOf, unitLabel } from '../../../app/units';
import { QualityFlags, ReadingAge, ReadingValue } from '../../../app/vocabulary/Reading';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

interface PointTableProps {
  points: readonly Point[];
  latest: readonly Latest[];
}

/** What a device measures, with its latest values and how old they are. */
export function PointTable({ points, latest }: PointTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const byPoint = new Map(latest.map((item) => [item.point_id, item]));
  const columns: Column<Point>[] = [
    {
      id: 'name',
      header: t('point.name'),
      value: (point) => point.name,
      render: (point) => (
        <AnchorLink to="/data/chart" search={{ points: point.id, span: '1d' }}>
          {point.name}
        </AnchorLink>
      ),
    },
    { id: 'key', header: t('point.key'), value: (point) => point.key },
    {
      id: 'quantity',
      header: t('point.quantity'),
      value: (point) => t(`quantity.${point.quantity}`, { defaultValue: point.quantity }),
    },
    {
      id: 'value',
      header: t('point.latest'),
      align: 'right',
      value: (point) => byPoint.get(point.id)?.value,
      render: (point) => <ReadingValue point={point} latest={byPoint.get(point.id)} />,
    },
    {
      id: 'age',
      header: t('point.age'),
      value: (point) => byPoint.get(point.id)?.at,
      render: (point) => <ReadingAge point={point} latest={byPoint.get(point.id)} />,
    },
    {
      id: 'quality',
      header: t('point.quality'),
      value: (point) => byPoint.get(point.id)?.quality.join(' '),
      render: (point) => <QualityFlags flags={byPoint.get(point.id)?.quality ?? []} />,
    },
    {
      id: 'interval',
      header: t('point.expected'),
      align: 'right',
      value: (point) => point.expected_interval_s,
      render: (point) => t('point.seconds', { n: format.number(point.expected_interval_s) }),
    },
    {
      id: 'kind',
      header: t('point.kind'),
      value: (point) => t(`point_kind.${point.kind}`),
    },
    {
      id: 'range',
      header: t('point.range'),
      value: (point) => `${point.range_min ?? ''}..${point.range_max ?? ''}`,
      render: (point) =>
        `${format.number(point.range_min, decimalsOf(point))} – ${format.number(point.range_max, decimalsOf(point))} ${unitLabel(point.unit, point.quantity)}`,
      hidden: true,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (point) => (
        <AnchorLink to="/data/corrections" search={{ point: point.id }}>
          {t('correction.title')}
        </AnchorLink>
      ),
    },
  ];
  return (
    <DataTable
      name="points"
      label={t('point.title')}
      rows={points}
      columns={columns}
      rowKey={(point) => point.id}
      empty={<Empty title={t('device.no_points')}>{t('device.no_points_next')}</Empty>}
    />
  );
}
