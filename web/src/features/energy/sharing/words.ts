import type { TFunction } from 'i18next';
import type { SharingGrant, SharingTerms } from '../../../api/types';
import type { Tone } from '../../../ui/Pill';

export const RESOLUTIONS = ['month', 'day', 'hour', 'quarter_hour'] as const;
/** Quantities that meters count by quarters of an hour. */
export const QUANTITIES = [
  'active_energy',
  'reactive_energy_lagging',
  'reactive_energy_leading',
] as const;

export const STATE_TONE = {
  open: 'good',
  not_begun: 'quiet',
  ended: 'quiet',
  revoked: 'caution',
  level_too_low: 'warning',
} as const satisfies Record<SharingGrant['state'], Tone>;

/** What of the owner a grant is about. */
export function seriesWords(t: TFunction, terms: SharingTerms): string {
  if (terms.points) return t('sharing.points', { count: terms.points.length });
  return t(`quantity.${terms.quantity}`, { defaultValue: terms.quantity ?? '' });
}

/** Why something is not published; a reason without words keeps its code. */
export const reasonWords = (t: TFunction, reason: string): string =>
  t(`sharing_reason.${reason}`, { defaultValue: reason });

/** An industry group: a division of KSIC, or all others. */
export const groupWords = (t: TFunction, code: string): string =>
  code === 'rest' ? t('sharing.group_rest') : t('sharing.group_of', { code });
