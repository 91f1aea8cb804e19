import { Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { companiesQuery, devicesQuery, establishmentsQuery } from '../../../api/registry';
import type { Company, Establishment } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { editColumn } from '../../../app/editColumn';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { type Field, filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { oneOf } from '../../../ui/search';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { EstablishmentEdit } from './EstablishmentEdit';

const route = getRouteApi('/app/registry/establishments');
const TABS = ['establishments', 'companies'] as const;
type Tab = (typeof TABS)[number];

interface TableProps {
  q: string | undefined;
  onSearch: (text: string) => void;
}

function EstablishmentTable({ q, onSearch }: TableProps) {
  const { t } = useTranslation();
  const { id } = useComplex();
  const may = useMay();
  const [edited, setEdited] = useState<Establishment>();
  const rows = useQuery(establishmentsQuery(id));
  const { data: companies = [] } = useQuery(companiesQuery);
  const { data: devices = [] } = useQuery(devicesQuery(id));
  const company = new Map(companies.map((each) => [each.id, each.name]));
  const count = new Map<string, number>();
  for (const { establishment_id: of } of devices) {
    if (of) count.set(of, (count.get(of) ?? 0) + 1);
  }
  const columns: Column<Establishment>[] = [
    { id: 'name', header: t('establishment.name'), value: (row) => row.name },
    {
      id: 'company',
      header: t('establishment.company'),
      value: (row) => company.get(row.company_id),
    },
    {
      id: 'address',
      header: t('establishment.address'),
      value: (row) => row.road_address ?? row.lot_address,
    },
    {
      id: 'ksic',
      header: t('establishment.ksic'),
      value: (row) =>
        row.ksic_code &&
        `${row.ksic_code}${row.ksic_revision ? ` (${t('establishment.revision', { n: row.ksic_revision })})` : ''}`,
    },
    {
      id: 'devices',
      header: t('establishment.devices'),
      align: 'right',
      value: (row) => count.get(row.id) ?? 0,
      render: (row) => (
        <AnchorLink to="/registry/devices" search={{ q: row.name }}>
          {count.get(row.id) ?? 0}
        </AnchorLink>
      ),
    },
    {
      id: 'state',
      header: t('establishment.state'),
      value: (row) => t(`establishment_state.${row.state}`),
      render: (row) => (
        <Pill tone={row.state === 'open' ? 'good' : 'quiet'}>
          {t(`establishment_state.${row.state}`)}
        </Pill>
      ),
    },
    editColumn<Establishment>(
      t,
      (row) => may.somewhere('write_registry', row.complex_id),
      setEdited,
    ),
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <>
          <DataTable
            name="establishments"
            label={t('establishment.tab_establishments')}
            rows={data}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={onSearch}
            empty={<Empty title={t('establishment.none')}>{t('establishment.none_next')}</Empty>}
          />
          {edited && (
            <EstablishmentEdit establishment={edited} onClose={() => setEdited(undefined)} />
          )}
        </>
      )}
    </Answer>
  );
}

function CompanyTable({ q, onSearch }: TableProps) {
  const { t } = useTranslation();
  const { id } = useComplex();
  const rows = useQuery(companiesQuery);
  const { data: establishments = [] } = useQuery(establishmentsQuery(id));
  const columns: Column<Company>[] = [
    { id: 'name', header: t('establishment.company'), value: (row) => row.name },
    {
      id: 'registration',
      header: t('establishment.registration'),
      value: (row) => row.registration_number,
    },
    {
      id: 'sites',
      header: t('establishment.sites'),
      align: 'right',
      value: (row) => establishments.filter((each) => each.company_id === row.id).length,
    },
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <DataTable
          name="companies"
          label={t('establishment.tab_companies')}
          rows={data}
          columns={columns}
          rowKey={(row) => row.id}
          search={q ?? ''}
          onSearch={onSearch}
          empty={<Empty title={t('establishment.none')}>{t('establishment.none_next')}</Empty>}
        />
      )}
    </Answer>
  );
}

function useFields(tab: Tab): Field[] {
  const { t } = useTranslation();
  const { data: companies = [] } = useQuery(companiesQuery);
  if (tab === 'companies') {
    return [
      { name: 'name', label: t('establishment.company'), required: true },
      { name: 'registration_number', label: t('establishment.registration') },
    ];
  }
  return [
    {
      name: 'company_id',
      label: t('establishment.company'),
      type: 'select',
      required: true,
      options: companies.map((each) => ({ value: each.id, label: each.name })),
    },
    { name: 'name', label: t('establishment.name'), required: true },
    { name: 'road_address', label: t('establishment.road_address') },
    { name: 'lot_address', label: t('establishment.lot_address') },
  ];
}

/** Who is here: companies, and the sites that each of them works at. */
export function EstablishmentsPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { tab = 'establishments', q } = route.useSearch();
  const navigate = route.useNavigate();
  const { id, all } = useComplex();
  const { dataUpdatedAt } = useQuery(establishmentsQuery(id));
  const [adding, setAdding] = useState(false);
  const fields = useFields(tab);
  const complex_id = id ?? all[0]?.id ?? '';
  const add = useChange({
    quiet: true,
    refresh: [['companies'], ['establishments']],
    done: t('ui.added'),
    run: (values: Values): Promise<unknown> => {
      const { name = '', company_id = '', ...rest } = filled(values);
      return tab === 'companies'
        ? ok(api.POST('/api/v1/companies', { body: { name, ...rest } }))
        : ok(
            api.POST('/api/v1/establishments', { body: { complex_id, company_id, name, ...rest } }),
          );
    },
    onDone: () => setAdding(false),
  });
  const search = {
    q,
    onSearch: (text: string) =>
      void navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true }),
  };

  return (
    <Page
      title={t('establishment.title')}
      help={t('establishment.help')}
      asOf={dataUpdatedAt}
      actions={
        <MayButton
          may={grants.somewhere('write_registry', id)}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            add.reset();
            setAdding(true);
          }}
        >
          {t(`establishment.add_${tab}`)}
        </MayButton>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) => navigate({ search: { tab: oneOf(...TABS)(value) } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`establishment.tab_${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="establishments">
          <EstablishmentTable {...search} />
        </Tabs.Panel>
        <Tabs.Panel value="companies">
          <CompanyTable {...search} />
        </Tabs.Panel>
      </Tabs>
      {adding && (
        <FormDialog
          title={t(`establishment.add_${tab}`)}
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
