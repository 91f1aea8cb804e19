import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { establishmentsQuery, organisationsQuery, peopleQuery } from '../../../api/registry';
import type { Person } from '../../../api/types';
import { editColumn } from '../../../app/editColumn';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Answer, Empty } from '../../../ui/states';
import { Phone, type TableProps } from './OrganisationTable';
import { PersonDialog } from './PersonDialog';

const scopeOf = (person: Person) =>
  person.establishment_id && person.complex_id
    ? `establishment:${person.establishment_id}@${person.complex_id}`
    : person.complex_id
      ? `complex:${person.complex_id}`
      : 'system';

export function PeopleTable({ complex, q, onSearch }: TableProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [edited, setEdited] = useState<Person>();
  const rows = useQuery(peopleQuery(complex));
  const { data: organisations = [] } = useQuery(organisationsQuery(undefined));
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  const house = new Map([...organisations, ...establishments].map((each) => [each.id, each.name]));
  const columns: Column<Person>[] = [
    { id: 'name', header: t('person.name'), value: (row) => row.name },
    { id: 'role', header: t('person.role'), value: (row) => row.role },
    {
      id: 'house',
      header: t('person.house'),
      value: (row) => house.get(row.organisation_id ?? row.establishment_id ?? ''),
    },
    {
      id: 'phone',
      header: t('organisation.phone'),
      value: (row) => row.phone,
      render: (row) => <Phone phone={row.phone} />,
    },
    {
      id: 'email',
      header: t('person.email'),
      value: (row) => row.email,
      render: (row) =>
        row.email ? (
          <Anchor href={`mailto:${row.email}`} size="sm">
            {row.email}
          </Anchor>
        ) : (
          '–'
        ),
    },
    editColumn<Person>(t, (row) => may.on('write_registry', scopeOf(row)), setEdited),
  ];
  return (
    <Answer of={rows}>
      {(data) => (
        <>
          <DataTable
            name="people"
            label={t('organisation.tab_people')}
            rows={data}
            columns={columns}
            rowKey={(row) => row.id}
            search={q ?? ''}
            onSearch={onSearch}
            empty={<Empty title={t('person.none')}>{t('person.none_next')}</Empty>}
          />
          {edited && (
            <PersonDialog person={edited} complex={complex} onClose={() => setEdited(undefined)} />
          )}
        </>
      )}
    </Answer>
  );
}
