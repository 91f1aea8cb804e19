import { Drawer, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { establishmentsQuery } from '../../../api/registry';
import type { ElectricityContract } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { className, optionName, rowOn } from '../../../app/vocabulary/tariff';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useNow } from '../../../ui/useNow';
import { NoContract } from '../ContractBar';
import { todayOf } from '../time';
import { useContracts } from '../useContracts';
import { ContractForm } from './ContractForm';

const route = getRouteApi('/app/energy/contracts');
const NEW = 'new';
const DAYS_28 = 28;

function useColumns(): Column<ElectricityContract>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex, all } = useComplex();
  const today = todayOf(useNow(60_000));
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const names = new Map([...all, ...sites].map((each) => [each.id, each.name]));
  const now = (row: ElectricityContract) => rowOn(row.terms, today);
  const day = ({ terms: { reading_day } }: ElectricityContract) =>
    reading_day === 0 || reading_day >= DAYS_28
      ? t('electricity_contract.last_day')
      : t('electricity_contract.day', { day: reading_day });
  return [
    {
      id: 'name',
      header: t('electricity_contract.name'),
      value: (row) => row.terms.name,
      render: (row) => (
        <AnchorLink to="/energy/contracts" search={(old) => ({ ...old, contract: row.id })}>
          {row.terms.name}
        </AnchorLink>
      ),
    },
    {
      id: 'customer',
      header: t('electricity_contract.customer'),
      value: (row) => names.get(row.establishment_id ?? row.complex_id),
    },
    {
      id: 'class',
      header: t('electricity_contract.class'),
      value: (row) => className(t, now(row)?.class ?? ''),
    },
    {
      id: 'option',
      header: t('electricity_contract.option'),
      value: (row) => optionName(t, now(row)?.option ?? ''),
    },
    {
      id: 'contract_kw',
      header: t('electricity_contract.contract_kw'),
      align: 'right',
      value: (row) => now(row)?.contract_kw,
      render: (row) => format.number(now(row)?.contract_kw),
    },
    { id: 'reading_day', header: t('electricity_contract.reading_day'), value: day },
    {
      id: 'tariff',
      header: t('electricity_contract.tariff'),
      value: (row) => now(row)?.tariff,
      hidden: true,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      value: () => undefined,
      render: (row) => (
        <Group gap="sm" wrap="nowrap">
          <AnchorLink
            to="/energy/bills"
            search={{ contract: row.id }}
            aria-label={`${row.terms.name}: ${t('bill.title')}`}
          >
            {t('bill.title')}
          </AnchorLink>
          <AnchorLink
            to="/energy/demand"
            search={{ contract: row.id }}
            aria-label={`${row.terms.name}: ${t('demand.title')}`}
          >
            {t('demand.title')}
          </AnchorLink>
        </Group>
      ),
    },
  ];
}

/** What was agreed on with the utility: bills and peaks are made by these contracts. */
export function ElectricityContractsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { id: complex } = useComplex();
  const { contract: chosen, q } = route.useSearch();
  const navigate = route.useNavigate();
  const [saves, setSaves] = useState(0);
  const contracts = useContracts();
  const columns = useColumns();
  const contract = contracts.data?.find((each) => each.id === chosen);
  const show = (id: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, contract: id }) });
  const mayAdd = may.somewhere('manage_energy', complex);
  const mayChange = contract ? may.on('manage_energy', scopeOf(contract)) : mayAdd;

  return (
    <Page
      title={t('electricity_contract.title')}
      help={t('electricity_contract.help')}
      asOf={contracts.dataUpdatedAt}
      actions={
        <MayButton
          may={mayAdd}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => show(NEW)}
        >
          {t('electricity_contract.add')}
        </MayButton>
      }
    >
      <Answer of={contracts}>
        {(rows) => (
          <DataTable
            name="electricity_contracts"
            label={t('electricity_contract.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            selected={chosen}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={q ? <Empty title={t('electricity_contract.not_found')} /> : <NoContract />}
          />
        )}
      </Answer>
      {(contract || (chosen === NEW && mayAdd)) && (
        <Drawer
          opened
          onClose={() => show(undefined)}
          position="right"
          size={1_000}
          title={contract ? contract.terms.name : t('electricity_contract.add')}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <ContractForm
            // After a save the form begins anew, from what was saved.
            key={`${chosen} ${saves}`}
            contract={contract}
            may={mayChange}
            onDone={(id) => {
              setSaves((old) => old + 1);
              show(id);
            }}
          />
        </Drawer>
      )}
    </Page>
  );
}
