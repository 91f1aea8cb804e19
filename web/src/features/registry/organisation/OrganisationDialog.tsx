import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { complexesQuery } from '../../../api/registry';
import type { Organisation } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';
import { ORGANISATION_KINDS } from './kinds';

interface OrganisationDialogProps {
  organisation: Organisation | undefined;
  onClose: () => void;
}

/** Registers an organisation, or changes one; the complex that it serves stays. */
export function OrganisationDialog({ organisation, onClose }: OrganisationDialogProps) {
  const { t } = useTranslation();
  const { data: complexes = [] } = useQuery(complexesQuery);
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(organisation?.version ?? 0);
  const save = useChange({
    quiet: true,
    refresh: [['organisations']],
    done: organisation ? t('ui.saved') : t('ui.added'),
    run: (values: Values) => {
      const { name = '', phone, complex_id, ...rest } = filled(values);
      const kind = oneOf(...ORGANISATION_KINDS)(rest.kind) ?? 'other';
      return organisation
        ? ok(
            api.PATCH('/api/v1/organisations/{id}', {
              params: { path: { id: organisation.id } },
              body: { version, name, kind, phone: phone ?? null },
            }),
          )
        : ok(api.POST('/api/v1/organisations', { body: { name, kind, phone, complex_id } }));
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={organisation ? t('organisation.edit') : t('organisation.add_organisations')}
      submit={organisation ? t('ui.save') : t('ui.add')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        {
          name: 'name',
          label: t('organisation.name'),
          required: true,
          initial: organisation?.name,
        },
        {
          name: 'kind',
          label: t('organisation.kind'),
          type: 'select',
          required: true,
          initial: organisation?.kind ?? 'other',
          options: ORGANISATION_KINDS.map((value) => ({
            value,
            label: t(`organisation_kind.${value}`),
          })),
        },
        {
          name: 'phone',
          label: t('organisation.phone'),
          initial: organisation?.phone ?? undefined,
        },
        ...(organisation
          ? []
          : [
              {
                name: 'complex_id',
                label: t('organisation.serves'),
                description: t('organisation.serves_help'),
                type: 'select' as const,
                options: complexes.map((each) => ({ value: each.id, label: each.name })),
              },
            ]),
      ]}
    />
  );
}
