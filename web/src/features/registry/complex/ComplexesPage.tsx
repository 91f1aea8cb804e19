import { Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { buildingsQuery, complexesQuery, parcelsQuery } from '../../../api/registry';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import type { Field, Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { Page } from '../../../ui/Page';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';
import { KINDS, register, TABS, type Tab } from './places';
import { BuildingTable, ComplexTable, ParcelTable, UnitTable } from './tables';

const route = getRouteApi('/app/registry/complexes');
const TABLES = {
  complexes: ComplexTable,
  parcels: ParcelTable,
  buildings: BuildingTable,
  units: UnitTable,
} as const;

function useFields(tab: Tab): Field[] {
  const { t } = useTranslation();
  const { id } = useComplex();
  const { data: parcels = [] } = useQuery(parcelsQuery(id));
  const { data: buildings = [] } = useQuery(buildingsQuery(id));
  const name = (label: string): Field => ({ name: 'name', label, required: true });
  switch (tab) {
    case 'complexes':
      return [
        {
          name: 'code',
          label: t('complex.code'),
          description: t('complex.code_help'),
          required: true,
        },
        name(t('complex.name')),
        { name: 'name_en', label: t('complex.name_en'), required: true },
        {
          name: 'kind',
          label: t('complex.kind'),
          type: 'select',
          required: true,
          initial: 'general',
          options: KINDS.map((value) => ({ value, label: t(`complex_kind.${value}`) })),
        },
      ];
    case 'parcels':
      return [
        {
          name: 'pnu',
          label: t('complex.pnu'),
          description: t('complex.pnu_help'),
          required: true,
        },
        { name: 'lot_address', label: t('complex.lot_address') },
        { name: 'area_m2', label: t('complex.area'), type: 'number' },
      ];
    case 'buildings':
      return [
        {
          name: 'parcel_id',
          label: t('complex.parcel'),
          type: 'select',
          required: true,
          options: parcels.map((each) => ({
            value: each.id,
            label: each.lot_address ?? each.pnu,
          })),
        },
        name(t('complex.building')),
      ];
    case 'units':
      return [
        {
          name: 'building_id',
          label: t('complex.building'),
          type: 'select',
          required: true,
          options: buildings.map((each) => ({ value: each.id, label: each.name })),
        },
        { name: 'floor', label: t('complex.floor') },
        name(t('complex.unit')),
      ];
  }
}

/** The complexes and the places in them: parcel, building, unit. */
export function ComplexesPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { tab = 'complexes' } = route.useSearch();
  const navigate = route.useNavigate();
  const { id, all } = useComplex();
  const { dataUpdatedAt } = useQuery(complexesQuery);
  const [adding, setAdding] = useState(false);
  const fields = useFields(tab);
  const complex = id ?? all[0]?.id ?? '';
  const add = useChange({
    quiet: true,
    refresh: [[tab]],
    done: t('ui.added'),
    run: (values: Values): Promise<unknown> => register(tab, values, complex),
    onDone: () => setAdding(false),
  });
  const Table = TABLES[tab];

  return (
    <Page
      title={t('complex.title')}
      help={t('complex.help')}
      asOf={dataUpdatedAt}
      actions={
        <MayButton
          may={
            tab === 'complexes'
              ? grants.on('write_registry', 'system')
              : grants.somewhere('write_registry', id)
          }
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={tab !== 'complexes' && !complex}
          onClick={() => {
            add.reset();
            setAdding(true);
          }}
        >
          {t(`complex.add_${tab}`)}
        </MayButton>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) => {
          const next = oneOf(...TABS)(value);
          navigate({ search: (old) => ({ ...old, tab: next === 'complexes' ? undefined : next }) });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`complex.tab_${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Table />
        </Tabs.Panel>
      </Tabs>
      {adding && (
        <FormDialog
          title={t(`complex.add_${tab}`)}
          fields={fields}
          submit={t('ui.add')}
          busy={add.isPending}
          error={add.error}
          onSubmit={(values) => add.mutate(values)}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}
