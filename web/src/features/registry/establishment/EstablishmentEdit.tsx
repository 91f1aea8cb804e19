import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Establishment } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { oneOf } from '../../../ui/search';
import { useChange } from '../../../ui/useChange';

const STATES = ['open', 'closed'] as const satisfies Establishment['state'][];

interface EstablishmentEditProps {
  establishment: Establishment;
  onClose: () => void;
}

/** Changes an establishment's name and state. */
export function EstablishmentEdit({ establishment, onClose }: EstablishmentEditProps) {
  const { t } = useTranslation();
  // The version that the form was filled from: a refresh below must not make an old form pass.
  const [version] = useState(establishment.version);
  const change = useChange({
    quiet: true,
    refresh: [['establishments']],
    done: t('ui.saved'),
    run: (values: Values) => {
      const { name, state } = filled(values);
      return ok(
        api.PATCH('/api/v1/establishments/{id}', {
          params: { path: { id: establishment.id } },
          body: { version, name, state: oneOf(...STATES)(state) },
        }),
      );
    },
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t('establishment.edit')}
      submit={t('ui.save')}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={(values) => change.mutate(values)}
      fields={[
        {
          name: 'name',
          label: t('establishment.name'),
          required: true,
          initial: establishment.name,
        },
        {
          name: 'state',
          label: t('establishment.state'),
          type: 'select',
          required: true,
          initial: establishment.state,
          options: STATES.map((value) => ({ value, label: t(`establishment_state.${value}`) })),
        },
      ]}
    />
  );
}
