import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery } from '../../../api/registry';
import type { Point } from '../../../api/types';
import { isoToSeoul, seoulToIso } from '../../../ui/format';
import { TimeField } from '../../../ui/TimeField';
import { PointPicker } from '../chart/PointPicker';
import { POINTS_MAX, type Scope } from './scope';

const REASON_MAX = 1_000;

interface ScopeFormProps {
  points: readonly Point[];
  complex: string | undefined;
  initial: (Scope & { reason: string }) | undefined;
  onNext: (scope: Scope & { reason: string }) => void;
  onCancel: () => void;
}

/** Which readings, and why. */
export function ScopeForm({ points, complex, initial, onNext, onCancel }: ScopeFormProps) {
  const { t } = useTranslation();
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const [chosen, setChosen] = useState<string[]>([...(initial?.points ?? [])]);
  const [from, setFrom] = useState<string | null>(initial?.from ? isoToSeoul(initial.from) : null);
  const [until, setUntil] = useState<string | null>(
    initial ? isoToSeoul(initial.until) : isoToSeoul(Date.now()),
  );
  const [reason, setReason] = useState(initial?.reason ?? '');
  const addDevice = (id: string | null) => {
    const own = points.filter((point) => point.device_id === id).map((point) => point.id);
    setChosen([...new Set([...chosen, ...own])].slice(0, POINTS_MAX));
  };
  const backwards = Boolean(from && until && seoulToIso(from) >= seoulToIso(until));
  const complexes = new Set(
    points.filter((point) => chosen.includes(point.id)).map((point) => point.complex_id),
  );
  const mixed = complexes.size > 1;
  const ready = chosen.length > 0 && until && reason.trim() !== '' && !backwards && !mixed;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onNext({
      points: chosen,
      from: from ? seoulToIso(from) : undefined,
      until: seoulToIso(until),
      reason: reason.trim(),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('erasure.add_help')}
        </Text>
        <Select
          label={t('erasure.device')}
          placeholder={t('erasure.device_help')}
          searchable
          limit={50}
          value={null}
          onChange={addDevice}
          data={devices.map((each) => ({ value: each.id, label: `${each.name} (${each.key})` }))}
        />
        <PointPicker
          points={points}
          complex={complex}
          chosen={chosen}
          max={POINTS_MAX}
          onChange={setChosen}
          error={mixed && t('erasure.one_complex')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TimeField
            label={t('erasure.from')}
            placeholder={t('erasure.from_first')}
            clearable
            value={from}
            onChange={setFrom}
          />
          <TimeField
            label={t('erasure.until')}
            required
            value={until}
            onChange={setUntil}
            error={backwards && t('erasure.backwards')}
          />
        </SimpleGrid>
        <Textarea
          label={t('erasure.reason')}
          description={t('erasure.reason_help')}
          required
          autosize
          minRows={2}
          maxLength={REASON_MAX}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" disabled={!ready}>
            {t('erasure.next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
