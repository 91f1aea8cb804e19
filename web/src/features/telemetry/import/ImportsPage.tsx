import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useComplex } from '../../../app/complex';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { IntervalPanel } from './IntervalPanel';
import { ReadingFilePanel } from './ReadingFilePanel';

const route = getRouteApi('/app/data/imports');
const TABS = ['interval', 'readings'] as const;

/** Files of readings: interval files of meters, and plain CSV of any device. */
export function ImportsPage() {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const { device, tab = 'interval' } = route.useSearch();
  const navigate = route.useNavigate();
  const panel = {
    complex,
    device,
    onDevice: (next: string | undefined) =>
      void navigate({ search: (old) => ({ ...old, device: next }) }),
  };
  return (
    <Page title={t('import.title')} help={t('import.help')}>
      <Tabs
        value={tab}
        onChange={(value) =>
          navigate({ search: (old) => ({ ...old, tab: oneOf(...TABS)(value), device: undefined }) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`import.tab_${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="interval">
          <IntervalPanel {...panel} />
        </Tabs.Panel>
        <Tabs.Panel value="readings">
          <ReadingFilePanel {...panel} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
