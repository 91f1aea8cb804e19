// What a result says, in words: state, doubts and the model.
import type { TFunction } from 'i18next';
import type { MeasureModel, MeasureVariable, SavingMeasure } from '../../../api/types';
import type { Tone } from '../../../ui/Pill';

export const STATE_TONES: Readonly<Record<SavingMeasure['state'], Tone>> = {
  draft: 'quiet',
  submitted: 'caution',
  returned: 'warning',
  signed_off: 'good',
};

const OWN_NAMES = ['base', 'heating_degrees', 'cooling_degrees', 'temperature'];

/** The name of a coefficient: those of the engine are translated, those of variables are the writer's own. */
export const coefficientName = (t: TFunction, name: string) =>
  OWN_NAMES.includes(name) ? t(`measure_coefficient.${name}`) : name;

/** `kWh/일`, `kWh/℃·일`, `kWh/t`. */
export function coefficientUnit(
  t: TFunction,
  name: string,
  interval: 'day' | 'month',
  variables: readonly MeasureVariable[],
): string {
  const period = t(`measure_interval_unit.${interval}`);
  if (name === 'base') return `kWh/${period}`;
  if (name === 'heating_degrees' || name === 'cooling_degrees') return `kWh/(℃·${period})`;
  return `kWh/${variables.find((variable) => variable.name === name)?.unit ?? '?'}`;
}

/** One sentence for each part of the model. */
export function modelWords(
  t: TFunction,
  number: (value: number | null | undefined, decimals?: number) => string,
  model: MeasureModel,
  interval: 'day' | 'month',
  variables: readonly MeasureVariable[],
): string[] {
  const period = t(`measure_period.${interval}`);
  return model.coefficients.map(({ name, value }) => {
    const kwh = number(Math.abs(value), Math.abs(value) < 10 ? 2 : 1);
    if (name === 'base') return t('measure_model.base', { kwh, period });
    if (name === 'heating_degrees') {
      return t('measure_model.heating', { kwh, period, point: number(model.heating_point, 1) });
    }
    if (name === 'cooling_degrees') {
      return t('measure_model.cooling', { kwh, period, point: number(model.cooling_point, 1) });
    }
    const unit = variables.find((variable) => variable.name === name)?.unit ?? '';
    const key = value < 0 ? 'measure_model.falls' : 'measure_model.rises';
    return t(key, { kwh, name, unit });
  });
}

/** A share that would be shown as minus nothing is nothing. */
export const near = (share: number) => (Math.abs(share) < 0.0005 ? 0 : share);
