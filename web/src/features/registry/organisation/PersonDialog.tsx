import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { establishmentsQuery, organisationsQuery } from '../../../api/registry';
import type { Person } from '../../../api/types';
import { type Field, filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { houseOf } from './kinds';

interface PersonDialogProps {
  person: Person | undefined;
  complex: string | undefined;
  onClose: () => void;
}

/** Every organisation and establishment that a person may work for. */
function useHouses(complex: string | undefined) {
  const { t } = useTranslation();
  const { data: organisations = [] } = useQuery(organisationsQuery(complex));
  const { data: establishments = [] } = useQuery(establishmentsQuery(complex));
  return [
    ...organisations.map((each) => ({
      value: `organisation:${each.id}`,
      label: `${t('person.of_organisation')} · ${each.name}`,
    })),
    ...establishments.map((each) => ({
      value: `establishment:${each.id}`,
      label: `${t('person.of_establishment')} · ${each.name}`,
    })),
  ];
}

/** Registers a contact, or changes one; whom the person works for stays. */
export function PersonDialog({ person, complex, onClose }: PersonDialogProps) {
  const { t } = useTranslation();
  const houses = useHouses(complex);
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(person?.version ?? 0);
  const save = useChange({
    quiet: true,
    refresh: [['people']],
    done: person ? t('ui.saved') : t('ui.added'),
    run: (values: Values) => {
      const { name = '', role, phone, email, house } = filled(values);
      return person
        ? ok(
            api.PATCH('/api/v1/people/{id}', {
              params: { path: { id: person.id } },
              body: {
                version,
                name,
                role: role ?? null,
                phone: phone ?? null,
                email: email ?? null,
              },
            }),
          )
        : ok(api.POST('/api/v1/people', { body: { name, role, phone, email, ...houseOf(house) } }));
    },
    onDone: onClose,
  });
  const house: Field = {
    name: 'house',
    label: t('person.house'),
    type: 'select',
    required: true,
    options: houses,
  };
  return (
    <FormDialog
      title={person ? t('person.edit') : t('organisation.add_people')}
      submit={person ? t('ui.save') : t('ui.add')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        { name: 'name', label: t('person.name'), required: true, initial: person?.name },
        ...(person ? [] : [house]),
        {
          name: 'role',
          label: t('person.role'),
          description: t('person.role_help'),
          initial: person?.role ?? undefined,
        },
        { name: 'phone', label: t('organisation.phone'), initial: person?.phone ?? undefined },
        {
          name: 'email',
          label: t('person.email'),
          type: 'email',
          initial: person?.email ?? undefined,
        },
      ]}
    />
  );
}
