import type { Point } from '../../api/types';

const SLOT_S = 900;

/** Whether a point tells quarters of an hour: as intervals, or as a counter that is read at least as often. */
export const isQuarterly = ({ kind, interval_s, expected_interval_s }: Point) =>
  kind === 'interval' ? interval_s === SLOT_S : kind === 'counter' && expected_interval_s <= SLOT_S;
