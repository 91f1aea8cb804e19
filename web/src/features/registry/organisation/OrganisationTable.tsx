import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { complexesQuery, organisationsQuery, peopleQuery } from '../../../api/registry';
import type { Organisation } from '../../../api/types';
import { editColumn } from '../../../app/editColumn';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Answer, Empty } from '../../../ui/states';
import { dialled } from './kinds';
import { OrganisationDialog } from './OrganisationDialog';

export interface TableProps {
  complex: string | undefined;
  q: string | undefined;
  onSearch: (text: string) => void;
}

/** A number that a phone dials when it is touched. */
export function Phone({ phone }: { phone: string | null | undefined }) {
  if (!phone) return '–';
  return (
    <Anchor href={dialled(phone)} size="sm" style={{ whiteSpace: 'nowrap' }}>
      {phone}
    </Anchor>
  );
}

export function OrganisationTable({ complex, q, onSearch }: TableProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [edited, setEdited] = useState<Organisation>();
  const rows = useQuery(organisationsQuery(complex));
  const { data: people = [] } = useQuery(peopleQuery(complex));
  const { data: complexes = [] } = useQuery(complexesQuery);
  const complexName = new Map(complexes.map((each) => [each.id, each.name]));
  const count = (id: string) => people.filter((each) => each.organisation_id === id).length;
  const columns: Column<Organisation>[] = [
    { id: 'name', header: t('organisation.name'), value: (row) => row.name },
    {
      id: 'kind',
      header: t('organisation.kind'),
      value: (row) => t(`organisation_kind.${row.kind}`),
    },
    {
      id: 'complex',
      header: t('organisation.serves'),
      value: (row) => complexName.get(row.complex_id ?? '') ?? t('organisation.several'),
    },
    {
      id: 'phone',
      header: t('organisation.phone'),
      value: (row) => row.phone,
      render: (row) => <Phone phone={row.phone} />,
    },
    {
      id: 'people',
      header: t('organisation.tab_people'),
      align: 'right',
      value: (row) => count(row.id),
      render: (row) => (
        <AnchorLink
          to="/registry/organisations"
          search={(old) => ({ ...old, tab: 'people', q: row.name })}
          size="sm"
        >
          {count(row.id)}
        </AnchorLink>
      ),
    },
    editColumn<Organisation>(
      t,
      (row) => may.on('write_registry', row.complex_id ? `complex:${row.complex_id}` : 'system'),
      setEdited,
    ),
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <>
          <DataTable
            name="organisations"
            label={t('organisation.tab_organisations')}
            rows={data}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={onSearch}
            empty={<Empty title={t('organisation.none')}>{t('organisation.none_next')}</Empty>}
          />
          {edited && (
            <OrganisationDialog organisation={edited} onClose={() => setEdited(undefined)} />
          )}
        </>
      )}
    </Answer>
  );
}
