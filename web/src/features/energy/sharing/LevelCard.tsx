import { Button, Group, NumberInput, Paper, Radio, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { SharingLevel } from '../../../api/types';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

const LEVELS = [0, 1, 2, 3, 4] as const;

/** The five levels in a sentence each; the one chosen, and by whom and when. */
export function LevelCard({ site }: { site: SharingLevel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [level, setLevel] = useState(site.level);
  const [area, setArea] = useState<number | string>(site.floor_area_m2 ?? '');
  const floor = typeof area === 'number' ? area : undefined;
  const change = useChange({
    run: () =>
      ok(
        api.PATCH('/api/v1/sharing_levels/{establishment_id}', {
          params: { path: { establishment_id: site.establishment_id } },
          body: { version: site.version, level, floor_area_m2: floor },
        }),
      ),
    refresh: [['sharing_levels'], ['sharing_grants'], ['sharing_groups'], ['benchmark']],
    done: t('ui.saved'),
  });
  const isSame = level === site.level && floor === (site.floor_area_m2 ?? undefined);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('sharing.level')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        <Stack gap="sm">
          <Group justify="space-between" align="baseline">
            <Title order={2} size="h4">
              {t('sharing.level')}
            </Title>
            <Text size="sm" c="dimmed">
              {site.chosen_at
                ? t('sharing.chosen', {
                    when: format.dateTime(site.chosen_at),
                    who: site.chosen_by?.name,
                  })
                : t('sharing.never_chosen')}
            </Text>
          </Group>
          <Radio.Group value={String(level)} onChange={(value) => setLevel(Number(value))}>
            <Stack gap={8}>
              {LEVELS.map((each) => (
                <Radio
                  key={each}
                  value={String(each)}
                  label={<b>{t(`sharing.level_${each}`)}</b>}
                  description={t(`sharing.level_${each}_help`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Text size="sm" c="dimmed">
            {t('sharing.no_dp')}
          </Text>
          <Group align="flex-end" gap="md">
            <NumberInput
              label={t('sharing.floor_area')}
              description={t('sharing.floor_area_help')}
              w={300}
              min={1}
              max={10_000_000}
              hideControls
              thousandSeparator=","
              value={area}
              onChange={setArea}
            />
            <Button type="submit" disabled={isSame} loading={change.isPending}>
              {t('ui.save')}
            </Button>
          </Group>
          {level < site.level && (
            <Text size="sm" role="status">
              {t('sharing.lower_warning')}
            </Text>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
