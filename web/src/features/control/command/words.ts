import type { TFunction } from 'i18next';
import type { Command, CommandState } from '../../../api/types';
import type { Tone } from '../../../ui/Pill';

/** The colour of a state; its word says the same. */
export const TONE: Record<CommandState, Tone> = {
  queued: 'quiet',
  sent: 'caution',
  acknowledged: 'good',
  refused: 'warning',
  failed: 'danger',
  expired: 'warning',
  cancelled: 'quiet',
};

/** What a command says, in words. */
export function payloadWords(command: Pick<Command, 'kind' | 'payload'>, t: TFunction): string {
  const payload = command.payload as { text?: string; on?: boolean; duration_s?: number };
  switch (command.kind) {
    case 'sign':
      return payload.text ?? '';
    case 'siren':
    case 'lamp':
      if (payload.on && payload.duration_s)
        return t('command.on_s', { seconds: payload.duration_s });
      return payload.on ? t('command.on') : t('command.off');
    case 'custom':
      return JSON.stringify(command.payload);
  }
}

/** The JSON object in a text; undefined when it is none. */
export function objectOf(text: string): Record<string, never> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, never>) : undefined;
  } catch {
    return undefined;
  }
}
