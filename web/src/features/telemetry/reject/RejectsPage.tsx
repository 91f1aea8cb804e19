import { Alert, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { devicesQuery } from '../../../api/registry';
import { rejectHistoryQuery } from '../../../api/telemetry';
import type { Reject } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { Chip } from '../../../ui/Chip';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { RejectTable } from './RejectTable';
import { RejectTrend } from './RejectTrend';
import { Totals } from './Totals';
import { BY, bucketMs, SPANS, type Span, startOf, totalsOf } from './trend';

const route = getRouteApi('/app/data/rejects');
const spans = Object.keys(SPANS) as Span[];
const DAY_MS = 86_400_000;
const REFRESH_MS = 60_000;

/** What was sent and not taken: how it went over time, who and why, and what the sender should do. */
export function RejectsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex } = useComplex();
  const search = route.useSearch();
  const { device, code, q, at, span = '7d', by = 'code' } = search;
  const navigate = route.useNavigate();
  const now = useNow(REFRESH_MS);
  const rejects = useQuery(rejectHistoryQuery(complex));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const known = useMemo(() => new Map(devices.map((each) => [each.key, each])), [devices]);
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }) });

  const names = {
    code: (key: string) => t(`reject_code.${key}`, { defaultValue: key }),
    device: (key: string) => known.get(key)?.name ?? key,
  };
  const bucket = bucketMs(span);
  const start = at ? Date.parse(at) : Number.NaN;
  const first = startOf(now - SPANS[span] * DAY_MS + bucket, bucket);
  const wanted = (row: Reject) =>
    (!device || row.device === device) &&
    (!code || row.code === code) &&
    Date.parse(row.hour) >= first;
  const within = (row: Reject) =>
    Number.isNaN(start) || startOf(Date.parse(row.hour), bucket) === start;

  return (
    <Page title={t('reject.title')} help={t('reject.help')} asOf={rejects.dataUpdatedAt}>
      <Answer of={rejects}>
        {({ rows, all }) => {
          const drawn = rows.filter(wanted);
          const listed = drawn.filter(within);
          const inSpan = rows.filter((row) => Date.parse(row.hour) >= first).filter(within);
          const total = listed.reduce((sum, row) => sum + row.count, 0);
          return (
            <Stack gap="md">
              <Group gap="xs">
                <SegmentedControl
                  aria-label={t('chart.span')}
                  value={span}
                  onChange={(value) => set({ span: oneOf(...spans)(value), at: undefined })}
                  data={spans.map((value) => ({ value, label: t(`chart.span_${value}`) }))}
                />
                <SegmentedControl
                  aria-label={t('reject.by')}
                  value={by}
                  onChange={(value) => set({ by: oneOf(...BY)(value) })}
                  data={BY.map((value) => ({ value, label: t(`reject.by_${value}`) }))}
                />
                <Text size="sm" aria-live="polite">
                  {t('reject.total', { n: format.number(total) })}
                </Text>
                {code && <Chip onRemove={() => set({ code: undefined })}>{names.code(code)}</Chip>}
                {device && (
                  <Chip onRemove={() => set({ device: undefined })}>{names.device(device)}</Chip>
                )}
                {!Number.isNaN(start) && (
                  <Chip onRemove={() => set({ at: undefined })}>
                    {bucket === DAY_MS ? format.day(start) : format.short(start)}
                  </Chip>
                )}
              </Group>
              {!all && <Alert color="yellow" variant="outline" title={t('reject.not_all')} />}
              {rows.length > 0 && (
                <>
                  <RejectTrend
                    rows={drawn}
                    span={span}
                    by={by}
                    now={now}
                    nameOf={names[by]}
                    onPick={(picked) => set({ at: new Date(picked).toISOString() })}
                  />
                  <SimpleGrid cols={{ base: 1, md: 2 }}>
                    <Totals
                      label={t('reject.why')}
                      totals={totalsOf(
                        inSpan.filter((row) => !device || row.device === device),
                        'code',
                      )}
                      chosen={code}
                      nameOf={names.code}
                      onChoose={(key) => set({ code: key })}
                    />
                    <Totals
                      label={t('reject.device')}
                      totals={totalsOf(
                        inSpan.filter((row) => !code || row.code === code),
                        'device',
                      )}
                      chosen={device}
                      nameOf={names.device}
                      onChoose={(key) => set({ device: key })}
                    />
                  </SimpleGrid>
                </>
              )}
              <RejectTable
                rows={listed}
                known={known}
                search={q ?? ''}
                onSearch={(text) =>
                  void navigate({
                    search: (old) => ({ ...old, q: text || undefined }),
                    replace: true,
                  })
                }
              />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}
