import { Stack, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useComplex } from '../../../app/complex';
import { Page } from '../../../ui/Page';
import { oneOf, text } from '../../../ui/search';
import { Builder } from './Builder';
import { readChoice, wholeChoice } from './choice';
import { SavedBar } from './SavedBar';
import { SqlPanel } from './SqlPanel';

const route = getRouteApi('/app/data/query');
const FIRST_SQL = `SELECT device_key, point_key, unit,
       min(value) AS lowest, avg(value) AS mean, max(value) AS highest, count(*) AS n
FROM readings
WHERE at >= now() - interval '1 day'
GROUP BY 1, 2, 3
ORDER BY 1, 2`;

/** Questions to the readings: put together from choices, or written in SQL. */
export function QueryPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { id: complex } = useComplex();
  const [sql, setSql] = useState(FIRST_SQL);
  const tab = search.tab ?? 'chart';
  return (
    <Page title={t('query.title')} help={t('query.help')}>
      <Tabs
        value={tab}
        onChange={(value) =>
          navigate({ search: (old) => ({ ...old, tab: oneOf('chart', 'sql')(value) }) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="chart">{t('query.tab_chart')}</Tabs.Tab>
          <Tabs.Tab value="sql">{t('query.tab_sql')}</Tabs.Tab>
        </Tabs.List>
        <Stack gap="md">
          <SavedBar
            key={tab}
            kind={tab}
            complex={complex}
            spec={tab === 'sql' ? { sql } : readChoice(search as Record<string, unknown>)}
            onOpen={(spec) => {
              if (tab === 'sql') setSql(text(spec.sql) ?? '');
              else navigate({ search: (old) => ({ ...old, ...wholeChoice(readChoice(spec)) }) });
            }}
          />
          <Tabs.Panel value="chart">
            <Builder
              choice={search}
              complex={complex}
              onChange={(part) => navigate({ search: (old) => ({ ...old, ...part }) })}
            />
          </Tabs.Panel>
          <Tabs.Panel value="sql">
            <SqlPanel sql={sql} onChange={setSql} />
          </Tabs.Panel>
        </Stack>
      </Tabs>
    </Page>
  );
}
