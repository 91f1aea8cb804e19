import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { buildingsQuery, complexesQuery, parcelsQuery, unitsQuery } from '../../../api/registry';
import type { Building, Complex, Parcel, Unit } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';

const key = (row: { id: string }) => row.id;

export function ComplexTable() {
  const { t } = useTranslation();
  const rows = useQuery(complexesQuery);
  const columns: Column<Complex>[] = [
    { id: 'code', header: t('complex.code'), value: (row) => row.code },
    { id: 'name', header: t('complex.name'), value: (row) => row.name },
    { id: 'name_en', header: t('complex.name_en'), value: (row) => row.name_en },
    { id: 'kind', header: t('complex.kind'), value: (row) => t(`complex_kind.${row.kind}`) },
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <DataTable
          name="complexes"
          label={t('complex.tab_complexes')}
          rows={data}
          columns={columns}
          rowKey={key}
          empty={<Empty title={t('complex.none')}>{t('complex.none_next')}</Empty>}
        />
      )}
    </Answer>
  );
}

export function ParcelTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useComplex();
  const rows = useQuery(parcelsQuery(id));
  const columns: Column<Parcel>[] = [
    { id: 'pnu', header: t('complex.pnu'), value: (row) => row.pnu },
    { id: 'lot_address', header: t('complex.lot_address'), value: (row) => row.lot_address },
    {
      id: 'area_m2',
      header: t('complex.area'),
      align: 'right',
      value: (row) => row.area_m2,
      render: (row) => (row.area_m2 ? `${format.number(row.area_m2)} m²` : '–'),
    },
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <DataTable
          name="parcels"
          label={t('complex.tab_parcels')}
          rows={data}
          columns={columns}
          rowKey={key}
          empty={<Empty title={t('complex.no_parcels')}>{t('complex.no_places_next')}</Empty>}
        />
      )}
    </Answer>
  );
}

export function BuildingTable() {
  const { t } = useTranslation();
  const { id } = useComplex();
  const rows = useQuery(buildingsQuery(id));
  const { data: parcels = [] } = useQuery(parcelsQuery(id));
  const { data: units = [] } = useQuery(unitsQuery(id));
  const parcel = new Map(parcels.map((each) => [each.id, each.lot_address ?? each.pnu]));
  const columns: Column<Building>[] = [
    { id: 'name', header: t('complex.building'), value: (row) => row.name },
    { id: 'parcel', header: t('complex.parcel'), value: (row) => parcel.get(row.parcel_id) },
    {
      id: 'units',
      header: t('complex.units_count'),
      align: 'right',
      value: (row) => units.filter((unit) => unit.building_id === row.id).length,
    },
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <DataTable
          name="buildings"
          label={t('complex.tab_buildings')}
          rows={data}
          columns={columns}
          rowKey={key}
          empty={<Empty title={t('complex.no_buildings')}>{t('complex.no_places_next')}</Empty>}
        />
      )}
    </Answer>
  );
}

export function UnitTable() {
  const { t } = useTranslation();
  const { id } = useComplex();
  const rows = useQuery(unitsQuery(id));
  const { data: buildings = [] } = useQuery(buildingsQuery(id));
  const building = new Map(buildings.map((each) => [each.id, each.name]));
  const columns: Column<Unit>[] = [
    {
      id: 'building',
      header: t('complex.building'),
      value: (row) => building.get(row.building_id),
    },
    { id: 'floor', header: t('complex.floor'), value: (row) => row.floor },
    { id: 'name', header: t('complex.unit'), value: (row) => row.name },
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <DataTable
          name="units"
          label={t('complex.tab_units')}
          rows={data}
          columns={columns}
          rowKey={key}
          empty={<Empty title={t('complex.no_units')}>{t('complex.no_places_next')}</Empty>}
        />
      )}
    </Answer>
  );
}
