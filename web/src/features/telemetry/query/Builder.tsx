import { Group, MultiSelect, Paper, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery, establishmentsQuery, pointsQuery } from '../../../api/registry';
import { manyReadingsQuery } from '../../../api/telemetry';
import { list } from '../../../ui/search';
import { Answer, Empty } from '../../../ui/states';
import { useNow } from '../../../ui/useNow';
import { RangeBar } from '../chart/RangeBar';
import { rangeOf } from '../chart/range';
import {
  AGGREGATES,
  BUCKETS,
  type Choice,
  FILLS,
  GROUPS,
  isAsked,
  queryOf,
  readChoice,
} from './choice';
import { Result } from './Result';

const REFRESH_MS = 60_000;
const SHOWN_MAX = 60;

interface BuilderProps {
  choice: Choice;
  complex: string | undefined;
  onChange: (part: Partial<Choice>) => void;
}

/** Puts a question together from choices and shows its answer. */
export function Builder({ choice, complex, onChange }: BuilderProps) {
  const { t } = useTranslation();
  const now = useNow(REFRESH_MS);
  const range = useMemo(() => rangeOf(choice, now), [choice, now]);
  const query = queryOf(choice, range, complex);
  const answer = useQuery({ ...manyReadingsQuery(query), enabled: isAsked(choice) });
  return (
    <Stack gap="md">
      <What choice={choice} complex={complex} onChange={onChange} />
      <RangeBar
        range={range}
        span={choice.from ? undefined : (choice.span ?? '1d')}
        onSpan={(span) => onChange({ span, from: undefined, to: undefined })}
        onRange={({ from, to }) =>
          onChange({
            span: undefined,
            from: new Date(Math.round(from)).toISOString(),
            to: new Date(Math.round(to)).toISOString(),
          })
        }
      />
      <How choice={choice} onChange={onChange} />
      {isAsked(choice) ? (
        <Answer of={answer}>
          {(data) => (
            <Result answer={data} query={query} range={range} group={choice.group ?? 'point'} />
          )}
        </Answer>
      ) : (
        <Paper withBorder>
          <Empty title={t('query.nothing_chosen')}>{t('query.nothing_chosen_next')}</Empty>
        </Paper>
      )}
    </Stack>
  );
}

/** Which readings: of named points, of a tenant, of a quantity. */
function What({ choice, complex, onChange }: BuilderProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each.name]));
  const quantities = [...new Set(points.map((point) => point.quantity))];
  return (
    <Group gap="xs" align="flex-end" grow preventGrowOverflow={false}>
      <MultiSelect
        label={t('query.points')}
        placeholder={choice.points ? undefined : t('query.points_all')}
        data={points.map((point) => ({
          value: point.id,
          label: `${device.get(point.device_id) ?? ''} · ${point.name}`,
        }))}
        value={list(choice.points)}
        onChange={(next) => onChange({ points: next.join(',') || undefined })}
        searchable
        clearable
        hidePickedOptions
        limit={SHOWN_MAX}
        miw={280}
        nothingFoundMessage={t('chart.points_none')}
        clearButtonProps={{ 'aria-label': t('chart.points_clear') }}
      />
      <Select
        label={t('query.establishment')}
        placeholder={t('query.any')}
        data={establishments.map(({ id, name }) => ({ value: id, label: name }))}
        value={choice.establishment ?? null}
        onChange={(value) => onChange({ establishment: value ?? undefined })}
        searchable
        clearable
        miw={180}
        clearButtonProps={{ 'aria-label': t('query.any') }}
      />
      <Select
        label={t('query.quantity')}
        placeholder={t('query.any')}
        data={quantities.map((value) => ({
          value,
          label: t(`quantity.${value}`, { defaultValue: value }),
        }))}
        value={choice.quantity ?? null}
        onChange={(value) => onChange({ quantity: value ?? undefined })}
        searchable
        clearable
        miw={180}
        clearButtonProps={{ 'aria-label': t('query.any') }}
      />
    </Group>
  );
}

/** Into what the readings are made: buckets, figures, groups, gaps. */
function How({ choice, onChange }: Pick<BuilderProps, 'choice' | 'onChange'>) {
  const { t } = useTranslation();
  const places = [
    { name: 'group', values: GROUPS, usual: 'point' },
    { name: 'bucket', values: BUCKETS, usual: null },
    { name: 'aggregate', values: AGGREGATES, usual: null },
    { name: 'fill', values: FILLS, usual: 'none' },
  ] as const;
  return (
    <Group gap="xs" align="flex-end">
      {places.map(({ name, values, usual }) => (
        <Select
          key={name}
          label={t(`query.${name}`)}
          placeholder={usual === null ? t('query.auto') : undefined}
          clearable={usual === null}
          allowDeselect={false}
          w={190}
          value={choice[name] ?? usual}
          onChange={(value) => onChange(readPlace(name, value))}
          data={values.map((value) => ({ value, label: t(`query.${name}_${value}`) }))}
          clearButtonProps={{ 'aria-label': t('query.auto') }}
        />
      ))}
    </Group>
  );
}

const readPlace = (name: keyof Choice, value: string | null): Partial<Choice> => ({
  [name]: readChoice({ [name]: value })[name],
});
