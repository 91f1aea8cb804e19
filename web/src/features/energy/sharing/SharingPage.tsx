import { CopyButton, Group, Select, Stack, Tabs, Text, UnstyledButton } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sharingGrantsQuery, sharingLevelsQuery } from '../../../api/energy';
import type { SharingLevel } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { scopeOf } from '../../../app/permission';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { BenchmarkPart } from './BenchmarkPart';
import { GrantsPart } from './GrantsPart';
import { GroupsPart } from './GroupsPart';
import { LevelCard } from './LevelCard';
import { ReadsPart } from './ReadsPart';
import { ReceivedPart } from './ReceivedPart';
import './sharing.css';

const route = getRouteApi('/app/energy/sharing');
const OWN = ['grants', 'reads', 'benchmark'] as const;
const OTHERS = ['received', 'complex'] as const;
const TABS = [...OWN, ...OTHERS] as const;
type Tab = (typeof TABS)[number];

/** What others give to name this site as recipient. */
function Address({ site }: { site: SharingLevel }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={scopeOf(site)}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} className="sharing-address">
          <IconCopy size={16} aria-hidden />
          <Text size="sm" td="underline">
            {copied ? t('ui.copied') : t('sharing.copy_address')}
          </Text>
        </UnstyledButton>
      )}
    </CopyButton>
  );
}

/** What a tenant shares, with whom, who read it, and what it gets for it. */
export function SharingPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { id: complex, all } = useComplex();
  const levels = useQuery(sharingLevelsQuery(complex));
  const grants = useQuery(sharingGrantsQuery);
  const sites = levels.data ?? [];
  const site = search.site ? sites.find((each) => each.establishment_id === search.site) : sites[0];
  const tabs: readonly Tab[] = site ? TABS : OTHERS;
  const tab = search.tab && tabs.includes(search.tab) ? search.tab : (tabs[0] ?? 'complex');
  const around = site?.complex_id ?? complex ?? all[0]?.id;

  return (
    <Page title={t('sharing.title')} help={t('sharing.help')} asOf={grants.dataUpdatedAt}>
      <Answer of={levels}>
        {(own) => (
          <Stack gap="md">
            {own.length > 1 && (
              <Group align="flex-end" gap="md">
                <Select
                  label={t('sharing.site')}
                  w={320}
                  allowDeselect={false}
                  searchable={own.length > 8}
                  value={site?.establishment_id ?? null}
                  onChange={(id) =>
                    id && void navigate({ search: (old) => ({ ...old, site: id }) })
                  }
                  data={own.map((each) => ({ value: each.establishment_id, label: each.name }))}
                />
                {site && <Address site={site} />}
              </Group>
            )}
            {own.length === 1 && site && (
              <Group gap="md">
                <Text fw={600}>{site.name}</Text>
                <Address site={site} />
              </Group>
            )}
            {own.length === 0 && <Text c="dimmed">{t('sharing.no_site')}</Text>}
            {site && <LevelCard key={`${site.establishment_id} ${site.version}`} site={site} />}
            <Tabs
              value={tab}
              keepMounted={false}
              onChange={(to) =>
                to && void navigate({ search: (old) => ({ ...old, tab: to as Tab }) })
              }
            >
              <Tabs.List>
                {tabs.map((each) => (
                  <Tabs.Tab key={each} value={each}>
                    {t(`sharing.tab_${each}`)}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="grants" pt="md">
                {site && (
                  <Answer of={grants}>{(rows) => <GrantsPart site={site} rows={rows} />}</Answer>
                )}
              </Tabs.Panel>
              <Tabs.Panel value="reads" pt="md">
                {site && <ReadsPart site={site} grants={grants.data ?? []} />}
              </Tabs.Panel>
              <Tabs.Panel value="benchmark" pt="md">
                {site && <BenchmarkPart site={site} />}
              </Tabs.Panel>
              <Tabs.Panel value="received" pt="md">
                <Answer of={grants}>{(rows) => <ReceivedPart rows={rows} />}</Answer>
              </Tabs.Panel>
              <Tabs.Panel value="complex" pt="md">
                {around && (
                  <GroupsPart
                    complex={around}
                    month={search.month}
                    onMonth={(month) => void navigate({ search: (old) => ({ ...old, month }) })}
                  />
                )}
              </Tabs.Panel>
            </Tabs>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
