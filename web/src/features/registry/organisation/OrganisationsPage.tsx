import { Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { organisationsQuery } from '../../../api/registry';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { OrganisationDialog } from './OrganisationDialog';
import { OrganisationTable } from './OrganisationTable';
import { PeopleTable } from './PeopleTable';
import { PersonDialog } from './PersonDialog';

const route = getRouteApi('/app/registry/organisations');
const TABS = ['organisations', 'people'] as const;

/** Whom to call: organisations around the complex, and the people of them and of the tenants. */
export function OrganisationsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { id } = useComplex();
  const { tab = 'organisations', q } = route.useSearch();
  const navigate = route.useNavigate();
  const { dataUpdatedAt } = useQuery(organisationsQuery(id));
  const [adding, setAdding] = useState(false);
  const close = () => setAdding(false);
  const search = {
    q,
    onSearch: (text: string) =>
      void navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true }),
  };
  return (
    <Page
      title={t('organisation.title')}
      help={t('organisation.help')}
      asOf={dataUpdatedAt}
      actions={
        <MayButton
          may={may.somewhere('write_registry', id)}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t(`organisation.add_${tab}`)}
        </MayButton>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) =>
          navigate({ search: (old) => ({ ...old, tab: oneOf(...TABS)(value), q: undefined }) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`organisation.tab_${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="organisations">
          <OrganisationTable complex={id} {...search} />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <PeopleTable complex={id} {...search} />
        </Tabs.Panel>
      </Tabs>
      {adding && tab === 'organisations' && (
        <OrganisationDialog organisation={undefined} onClose={close} />
      )}
      {adding && tab === 'people' && (
        <PersonDialog person={undefined} complex={id} onClose={close} />
      )}
    </Page>
  );
}
