import { MultiSelect, type OptionsFilter, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery, establishmentsQuery } from '../../../api/registry';
import type { Point } from '../../../api/types';

/** Lines that a reader can still tell apart. */
export const LINES_MAX = 6;
const SHOWN_MAX = 60;

interface PointPickerProps {
  points: readonly Point[];
  complex: string | undefined;
  chosen: string[];
  /** The most points; a chart's six when absent. */
  max?: number;
  error?: ReactNode;
  onChange: (points: string[]) => void;
}

/** Points with the words of their device and establishment, found by any part of them. */
function useOptions(points: readonly Point[], complex: string | undefined) {
  const { t } = useTranslation();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each]));
  const establishment = new Map(establishments.map((each) => [each.id, each.name]));

  const options = points.map((point) => {
    const own = device.get(point.device_id);
    const tenant = establishment.get(own?.establishment_id ?? '');
    return {
      value: point.id,
      label: [tenant, own?.name, point.name].filter(Boolean).join(' · '),
      quantity: t(`quantity.${point.quantity}`, { defaultValue: point.quantity }),
    };
  });
  const words = new Map(
    options.map((option) => [
      option.value,
      `${option.label} ${option.quantity}`.toLocaleLowerCase(),
    ]),
  );
  const filter: OptionsFilter = ({ options: all, search, limit }) => {
    const wanted = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return all
      .filter((option) => {
        if (!('value' in option)) return false;
        const text = words.get(String(option.value)) ?? '';
        return wanted.every((word) => text.includes(word));
      })
      .slice(0, limit);
  };
  return {
    data: options.map(({ value, label }) => ({ value, label })),
    filter,
    searchable: true,
    limit: SHOWN_MAX,
    nothingFoundMessage: t('chart.points_none'),
  };
}

/** Finds points by the words of their device, establishment or quantity. */
export function PointPicker({ points, complex, chosen, max, error, onChange }: PointPickerProps) {
  const { t } = useTranslation();
  const options = useOptions(points, complex);
  return (
    <MultiSelect
      {...options}
      label={t('chart.points')}
      placeholder={chosen.length === 0 ? t('chart.points_search') : undefined}
      value={chosen}
      onChange={onChange}
      clearable
      hidePickedOptions
      maxValues={max ?? LINES_MAX}
      error={error}
      clearButtonProps={{ 'aria-label': t('chart.points_clear') }}
    />
  );
}

interface PointSelectProps {
  points: readonly Point[];
  complex: string | undefined;
  chosen: string | undefined;
  onChange: (point: string | undefined) => void;
}

/** Finds one point, in the same way. */
export function PointSelect({ points, complex, chosen, onChange }: PointSelectProps) {
  const { t } = useTranslation();
  const options = useOptions(points, complex);
  return (
    <Select
      {...options}
      label={t('chart.points')}
      placeholder={t('chart.points_search')}
      value={chosen ?? null}
      onChange={(value) => onChange(value ?? undefined)}
    />
  );
}
