import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { readingsQuery } from '../../../api/telemetry';
import type { Device, Point } from '../../../api/types';
import type { Line } from './option';
import { bucketFor, DAY_MS, type Range, SHIFTS, type Shift, shifted } from './range';
import { aggregateOf, dotsOf } from './series';

interface Wanted {
  point: Point;
  range: Range;
  shift: Shift | undefined;
}

const ownInterval = (point: Point) => point.interval_s ?? point.expected_interval_s;

/** Reads every chosen point, and once more for the period that it is compared with. */
export function useLines(
  points: readonly Point[],
  devices: ReadonlyMap<string, Device>,
  range: Range,
  compare: Shift | undefined,
) {
  const { t } = useTranslation();
  const wanted: Wanted[] = points.flatMap((point) => [
    { point, range, shift: undefined },
    ...(compare ? [{ point, range: shifted(range, compare), shift: compare }] : []),
  ]);
  const answers = useQueries({
    queries: wanted.map(({ point, range: part }) => {
      const { bucket } = bucketFor(part, ownInterval(point));
      return {
        ...readingsQuery({
          point: point.id,
          from: new Date(part.from).toISOString(),
          to: new Date(part.to).toISOString(),
          ...(bucket ? { bucket, aggregate: aggregateOf(point.kind) } : {}),
        }),
        placeholderData: <T>(old: T) => old,
      };
    }),
  });
  const lines = wanted.flatMap(({ point, shift }, index): Line[] => {
    const readings = answers[index]?.data;
    if (!readings || readings.point_id !== point.id) return [];
    const { bucket_ms } = bucketFor(range, ownInterval(point));
    const name = `${devices.get(point.device_id)?.name ?? ''} · ${point.name}`;
    const by = shift ? SHIFTS[shift] * DAY_MS : 0;
    return [
      {
        point,
        former: shift !== undefined,
        name: shift ? `${name} (${t(`chart.compare_${shift}`)})` : name,
        dots: dotsOf(readings, bucket_ms, point.kind === 'interval', by),
      },
    ];
  });
  return {
    lines,
    busy: answers.some((answer) => answer.isFetching),
    error: answers.find((answer) => answer.error)?.error,
    asOf: Math.max(0, ...answers.map((answer) => answer.dataUpdatedAt)),
    truncated: answers.some((answer) => answer.data?.truncated),
    hidden: answers.some((answer) => answer.data?.hidden),
    retry: () => {
      for (const answer of answers) void answer.refetch();
    },
  };
}
