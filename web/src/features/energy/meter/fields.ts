// The fields of a meter, those of its kind alone.
import type { TFunction } from 'i18next';
import type { Establishment, Meter } from '../../../api/types';
import type { Field, Values } from '../../../ui/FieldsForm';
import { DISPOSALS, FORMULAS, inputsFor, KEYS, KINDS, parentsOf } from './new';

interface Choices {
  t: TFunction;
  meters: readonly Meter[];
  points: { value: string; label: string }[];
  sites: readonly Establishment[];
  /** What stands in the form at first. */
  initial: Values;
  /** The meter that is changed; its owner stays. */
  self?: string;
}

const isVirtual = (values: Values) => values['terms/kind'] === 'virtual';
const isMeasured = (values: Values) => !isVirtual(values);
const isFormula = (type: string) => (values: Values) =>
  isVirtual(values) && values['terms/formula'] === type;
const isPart = (isMetered: boolean) => (values: Values) =>
  isFormula('allocation')(values) && (values['terms/key'] === 'metered') === isMetered;

function formulaFields({ t, meters, self }: Choices): Field[] {
  const inputs = inputsFor(meters, self);
  const one = { type: 'select', required: true, options: inputs } as const;
  const many = { type: 'multiselect', required: true, options: inputs } as const;
  return [
    {
      name: 'terms/formula',
      label: t('meter.formula'),
      description: t('meter.formula_help'),
      type: 'select',
      required: true,
      options: FORMULAS.map((value) => ({ value, label: t(`meter_formula_type.${value}`) })),
      when: isVirtual,
    },
    { name: 'terms/summands', label: t('meter.summands'), ...many, when: isFormula('sum') },
    { name: 'terms/minuend', label: t('meter.minuend'), ...one, when: isFormula('difference') },
    {
      name: 'terms/subtrahends',
      label: t('meter.subtrahends'),
      ...many,
      when: isFormula('difference'),
    },
    {
      name: 'terms/whole',
      label: t('meter.whole'),
      description: t('meter.whole_help'),
      ...one,
      when: isFormula('allocation'),
    },
    {
      name: 'terms/key',
      label: t('meter.key'),
      type: 'select',
      required: true,
      options: KEYS.map((value) => ({ value, label: t(`meter_key.${value}`) })),
      when: isFormula('allocation'),
    },
    {
      name: 'terms/weight',
      label: t('meter.weight'),
      description: t('meter.weight_help'),
      type: 'number',
      required: true,
      when: isPart(false),
    },
    {
      name: 'terms/by',
      label: t('meter.by'),
      description: t('meter.by_help'),
      ...one,
      when: isPart(true),
    },
  ];
}

function pointFields({ t, points }: Choices): Field[] {
  return [
    {
      name: 'terms/point_id',
      label: t('meter.point'),
      description: t('meter.point_help'),
      type: 'select',
      required: true,
      options: points,
      when: isMeasured,
    },
    {
      name: 'terms/back_point_id',
      label: t('meter.back_point'),
      description: t('meter.back_point_help'),
      type: 'select',
      options: points,
      when: isMeasured,
    },
    {
      name: 'terms/disposal',
      label: t('meter.disposal'),
      type: 'select',
      options: DISPOSALS.map((value) => ({ value, label: t(`meter_disposal.${value}`) })),
      when: (values) => values['terms/kind'] === 'generator',
    },
  ];
}

/** The fields of a meter that is entered or changed. */
export function meterFields(choices: Choices): Field[] {
  const { t, meters, sites, initial, self } = choices;
  const fields: Field[] = [
    { name: 'terms/name', label: t('meter.called'), required: true },
    {
      name: 'terms/kind',
      label: t('meter.kind'),
      type: 'select',
      required: true,
      options: KINDS.map((value) => ({ value, label: t(`meter_kind.${value}`) })),
    },
    {
      name: 'establishment_id',
      label: t('meter.owner'),
      description: t('meter.owner_help'),
      type: 'select',
      options: sites.map(({ id, name }) => ({ value: id, label: name })),
      when: (values) => isVirtual(values) && self === undefined,
    },
    {
      name: 'terms/parent_id',
      label: t('meter.parent'),
      description: t('meter.parent_help'),
      type: 'select',
      options: parentsOf(meters, self),
    },
    ...pointFields(choices),
    ...formulaFields(choices),
    { name: 'terms/from', label: t('meter.from'), type: 'date', required: true },
    { name: 'terms/to', label: t('meter.to'), type: 'date', when: () => self !== undefined },
    {
      name: 'terms/rest_limit_percent',
      label: t('meter.rest_limit'),
      description: t('meter.rest_limit_help'),
      type: 'number',
      when: (values) => values['terms/kind'] === 'main' || values['terms/kind'] === 'sub',
    },
  ];
  return fields.map((field) => ({ ...field, initial: initial[field.name] }));
}
