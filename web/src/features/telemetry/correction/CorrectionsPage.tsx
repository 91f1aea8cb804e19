import { Stack, Tabs } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { pointsQuery } from '../../../api/registry';
import { useComplex } from '../../../app/complex';
import { ButtonLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { Empty, ErrorState } from '../../../ui/states';
import { useNow } from '../../../ui/useNow';
import { PointSelect } from '../chart/PointPicker';
import { RangeBar } from '../chart/RangeBar';
import { type Range, rangeOf } from '../chart/range';
import { History } from './History';
import { Values } from './Values';

const route = getRouteApi('/app/data/corrections');
const TABS = ['values', 'history'] as const;
const REFRESH_MS = 60_000;

/** Readings of a point that a person puts right, and everything that was ever put right there. */
export function CorrectionsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { id: complex } = useComplex();
  const now = useNow(REFRESH_MS);
  const points = useQuery(pointsQuery({ complex }));
  const point = points.data?.find((each) => each.id === search.point);
  const range = useMemo(
    () => rangeOf({ ...search, span: search.span ?? '6h' }, now),
    [search, now],
  );
  const setRange = ({ from, to }: Range) =>
    navigate({
      search: (old) => ({
        ...old,
        span: undefined,
        from: new Date(Math.round(from)).toISOString(),
        to: new Date(Math.round(to)).toISOString(),
      }),
    });
  return (
    <Page
      title={t('correction.title')}
      help={t('correction.help')}
      actions={
        point && (
          <ButtonLink
            to="/data/chart"
            search={{
              points: point.id,
              from: new Date(range.from).toISOString(),
              to: new Date(range.to).toISOString(),
            }}
            variant="default"
            leftSection={<IconChartLine size={16} aria-hidden />}
          >
            {t('device.chart')}
          </ButtonLink>
        )
      }
    >
      <Stack gap="md">
        <PointSelect
          points={points.data ?? []}
          complex={complex}
          chosen={search.point}
          onChange={(next) => navigate({ search: (old) => ({ ...old, point: next }) })}
        />
        {Boolean(points.error) && (
          <ErrorState error={points.error} retry={() => points.refetch()} />
        )}
        {!point ? (
          <Empty title={t('correction.no_point')}>{t('correction.no_point_next')}</Empty>
        ) : (
          <Tabs
            value={search.tab ?? 'values'}
            onChange={(value) =>
              navigate({ search: (old) => ({ ...old, tab: oneOf(...TABS)(value) }) })
            }
            keepMounted={false}
          >
            <Tabs.List mb="md">
              {TABS.map((value) => (
                <Tabs.Tab key={value} value={value}>
                  {t(`correction.tab_${value}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="values">
              <Stack gap="md">
                <RangeBar
                  range={range}
                  span={search.from ? undefined : (search.span ?? '6h')}
                  onSpan={(span) =>
                    navigate({
                      search: (old) => ({ ...old, span, from: undefined, to: undefined }),
                    })
                  }
                  onRange={setRange}
                />
                <Values key={point.id} point={point} range={range} />
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <History point={point} />
            </Tabs.Panel>
          </Tabs>
        )}
      </Stack>
    </Page>
  );
}
