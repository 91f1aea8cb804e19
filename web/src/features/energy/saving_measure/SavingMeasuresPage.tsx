import { Drawer } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { savingMeasuresQuery } from '../../../api/energy';
import { establishmentsQuery } from '../../../api/registry';
import type { SavingMeasure } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { useContracts } from '../useContracts';
import { MeasureForm } from './MeasureForm';
import { DemonstratedPill, StatePill } from './StatePill';

const route = getRouteApi('/app/energy/savings');

function useColumns(): Column<SavingMeasure>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex, all } = useComplex();
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const names = new Map([...all, ...sites].map((each) => [each.id, each.name]));
  return [
    {
      id: 'name',
      header: t('saving_measure.name'),
      value: (row) => row.plan.name,
      render: (row) => (
        <AnchorLink to="/energy/savings/$measure" params={{ measure: row.id }}>
          {row.plan.name}
        </AnchorLink>
      ),
    },
    {
      id: 'customer',
      header: t('electricity_contract.customer'),
      value: (row) => names.get(row.establishment_id ?? row.complex_id),
    },
    {
      id: 'state',
      header: t('saving_measure.state'),
      value: (row) => t(`measure_state.${row.state}`),
      render: (row) => <StatePill state={row.state} />,
    },
    {
      id: 'reporting',
      header: t('saving_measure.reporting'),
      value: (row) => row.plan.reporting.from,
      render: ({ plan: { reporting } }) =>
        t('saving_measure.span', { from: reporting.from, to: reporting.to }),
    },
    {
      id: 'saving',
      header: t('saving_measure.saving_90'),
      align: 'right',
      value: (row) => row.headline?.saving_kwh,
      render: ({ headline }) =>
        headline
          ? `${format.number(headline.saving_kwh)} ± ${format.number(headline.interval.plus_minus_kwh)}`
          : '–',
    },
    {
      id: 'demonstrated',
      header: t('saving_measure.verdict'),
      value: (row) => row.headline?.demonstrated,
      render: ({ headline }) =>
        headline ? <DemonstratedPill demonstrated={headline.demonstrated} /> : '–',
    },
    {
      id: 'option',
      header: 'IPMVP',
      value: (row) => row.plan.option.toUpperCase(),
      hidden: true,
    },
  ];
}

/** The measures of the tenants that the reader manages, and those that were submitted to his office. */
export function SavingMeasuresPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { id, all } = useComplex();
  const { new: adding, q } = route.useSearch();
  const navigate = route.useNavigate();
  const complexes = id ? [id] : all.map((complex) => complex.id);
  const measures = useQuery(savingMeasuresQuery(complexes));
  const contracts = useContracts();
  const columns = useColumns();
  const own = (contracts.data ?? []).filter((each) => may.on('manage_energy', scopeOf(each)));
  const show = (open: boolean) =>
    void navigate({ search: (old) => ({ ...old, new: open ? true : undefined }) });
  return (
    <Page
      title={t('saving_measure.title')}
      help={t('saving_measure.help')}
      asOf={measures.dataUpdatedAt}
      actions={
        <MayButton
          may={own.length > 0}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => show(true)}
        >
          {t('saving_measure.add')}
        </MayButton>
      }
    >
      <Answer of={measures}>
        {(rows) => (
          <DataTable
            name="saving_measures"
            label={t('saving_measure.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={
              <Empty title={q ? t('saving_measure.not_found') : t('saving_measure.none')}>
                {!q &&
                  (own.length > 0
                    ? t('saving_measure.none_next')
                    : t('saving_measure.none_visible'))}
              </Empty>
            }
          />
        )}
      </Answer>
      {adding && own.length > 0 && (
        <Drawer
          opened
          onClose={() => show(false)}
          position="right"
          size={1_000}
          title={t('saving_measure.add')}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <MeasureForm
            measure={undefined}
            contract={own[0]?.id ?? ''}
            onDone={(measure) =>
              void navigate({ to: '/energy/savings/$measure', params: { measure } })
            }
          />
        </Drawer>
      )}
    </Page>
  );
}
