import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { establishmentsQuery, organisationsQuery, pointsQuery } from '../../../api/registry';
import type { SharingLevel } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { scopeOf } from '../../../app/permission';
import type { Field, Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';
import { useNow } from '../../../ui/useNow';
import { isQuarterly } from '../quarter';
import { todayOf } from '../time';
import { QUANTITIES, RESOLUTIONS } from './words';

const POINT = 'point:';
const HALF_YEAR_MS = 180 * 86_400_000;

/** Who may be named: the office, organisations, firms that the reader sees. */
function useRecipients(site: SharingLevel) {
  const { t } = useTranslation();
  const { all } = useComplex();
  const { data: organisations = [] } = useQuery(organisationsQuery(site.complex_id));
  const { data: firms = [] } = useQuery(establishmentsQuery(site.complex_id));
  const complex = all.find((each) => each.id === site.complex_id);
  return [
    {
      value: `complex:${site.complex_id}`,
      label: t('sharing.office_of', { name: complex?.name ?? '' }),
    },
    ...organisations.map(({ id, name }) => ({ value: `organisation:${id}`, label: name })),
    ...firms
      .filter(({ id }) => id !== site.establishment_id)
      .map((firm) => ({
        value: scopeOf({ complex_id: firm.complex_id, establishment_id: firm.id }),
        label: firm.name,
      })),
  ];
}

/** A new grant: who, what, how fine, what for, how long. */
export function GrantDialog({ site, onClose }: { site: SharingLevel; onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const recipients = useRecipients(site);
  const { data: points = [] } = useQuery(pointsQuery({ complex: site.complex_id }));
  const own = points.filter(
    (point) => point.owner?.establishment_id === site.establishment_id && isQuarterly(point),
  );
  const has = QUANTITIES.filter((quantity) => own.some((point) => point.quantity === quantity));
  const create = useChange({
    run: (values: Values) => {
      const { address, recipient, series = '', ...terms } = values;
      const point = series.startsWith(POINT) ? series.slice(POINT.length) : undefined;
      return ok(
        api.POST('/api/v1/sharing_grants', {
          body: {
            establishment_id: site.establishment_id,
            terms: {
              recipient: address?.trim() || recipient || '',
              points: point ? [point] : null,
              quantity: point ? null : series,
              resolution: terms.resolution ?? '',
              purpose: terms['terms/purpose'] ?? '',
              from: terms.from ?? '',
              until: terms['terms/until'] ?? '',
              values_from: terms['terms/values_from'] || null,
            },
          },
        }),
      );
    },
    refresh: [['sharing_grants']],
    done: t('sharing.added'),
    onDone: onClose,
    quiet: true,
  });
  const fields: Field[] = [
    {
      name: 'recipient',
      label: t('sharing.recipient'),
      description: t('sharing.recipient_help'),
      type: 'select',
      required: true,
      options: recipients,
      initial: `complex:${site.complex_id}`,
    },
    { name: 'address', label: t('sharing.address'), description: t('sharing.address_help') },
    {
      name: 'series',
      label: t('sharing.series'),
      type: 'select',
      required: true,
      options: [
        ...has.map((quantity) => ({
          value: quantity,
          label: t('sharing.all_of', { quantity: t(`quantity.${quantity}`) }),
        })),
        ...own.map(({ id, name }) => ({ value: `${POINT}${id}`, label: name })),
      ],
      initial: 'active_energy',
    },
    {
      name: 'resolution',
      label: t('sharing.resolution'),
      description: t('sharing.resolution_help'),
      type: 'select',
      required: true,
      options: RESOLUTIONS.map((each) => ({ value: each, label: t(`sharing_resolution.${each}`) })),
      initial: 'day',
    },
    { name: 'terms/purpose', label: t('sharing.purpose'), required: true },
    {
      name: 'from',
      label: t('sharing.from'),
      type: 'date',
      required: true,
      initial: todayOf(now),
    },
    {
      name: 'terms/until',
      label: t('sharing.until'),
      type: 'date',
      required: true,
      initial: todayOf(now + HALF_YEAR_MS),
    },
    {
      name: 'terms/values_from',
      label: t('sharing.values_from'),
      description: t('sharing.values_from_help'),
      type: 'date',
    },
  ];
  return (
    <FormDialog
      title={t('sharing.add')}
      fields={fields}
      submit={t('sharing.grant')}
      busy={create.isPending}
      error={create.error}
      onSubmit={(values) => create.mutate(values)}
      onClose={onClose}
    />
  );
}
