import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../../../api/problem';
import { devicesQuery, establishmentsQuery, pointsQuery } from '../../../api/registry';
import { useComplex } from '../../../app/complex';
import { scopeOf, useMay } from '../../../app/permission';
import { type Draft, METERS, type Meter, pointsFor, QUANTITIES } from './draft';

interface MeterFieldsProps {
  draft: Draft;
  may: boolean;
  /** The customer of a contract that stands cannot be another. */
  fixed: boolean;
  error: unknown;
  onChange: (part: Partial<Draft>) => void;
}

/** Whose contract it is, and by which counters it is billed. */
export function MeterFields({ draft, may, fixed, error, onChange }: MeterFieldsProps) {
  const { t } = useTranslation();
  const allowed = useMay();
  const { id: complex, all } = useComplex();
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const device = new Map(devices.map((each) => [each.id, each]));

  const own = sites.filter((site) => {
    const scope = scopeOf({ complex_id: site.complex_id, establishment_id: site.id });
    return allowed.on('manage_energy', scope) && allowed.on('read_tenant_values', scope);
  });
  const shared = all.filter(
    (each) =>
      (complex === undefined || each.id === complex) &&
      allowed.on('manage_energy', `complex:${each.id}`),
  );
  const customers = [
    ...own.map((site) => ({ value: site.id, label: site.name })),
    ...shared.map((each) => ({
      value: each.id,
      label: t('electricity_contract.complex_itself', { name: each.name }),
    })),
  ];
  // The name of a customer that the reader may see but not manage.
  const named = sites.find((site) => site.id === draft.customer);
  if (named && !own.includes(named)) customers.push({ value: named.id, label: named.name });

  const choices = (meter: Meter) =>
    pointsFor(points, draft.customer, meter).map((point) => ({
      value: point.id,
      label: `${device.get(point.device_id)?.name ?? point.device_id} · ${point.name}`,
    }));
  /** The reactive counters of the same meter are nearly always meant. */
  const chooseActive = (id: string) => {
    const meter = points.find((point) => point.id === id)?.device_id;
    const beside = (of: Meter) =>
      pointsFor(points, draft.customer, of).find((point) => point.device_id === meter)?.id ?? '';
    onChange({
      active: id,
      lagging: beside('lagging'),
      leading: beside('leading'),
      power: beside('power'),
    });
  };

  return (
    <>
      <Select
        label={t('electricity_contract.customer')}
        description={fixed ? undefined : t('electricity_contract.customer_help')}
        required
        searchable
        limit={60}
        disabled={!may || fixed}
        nothingFoundMessage={t('electricity_contract.no_customer')}
        value={draft.customer || null}
        error={fieldError(error, 'establishment_id') ?? fieldError(error, 'complex_id')}
        onChange={(value) =>
          onChange({ customer: value ?? '', active: '', lagging: '', leading: '', power: '' })
        }
        data={customers}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {METERS.map((meter) => {
          const data = draft.customer ? choices(meter) : [];
          return (
            <Select
              key={meter}
              label={t(`quantity.${QUANTITIES[meter]}`)}
              description={t(`electricity_contract.point_${meter}`)}
              required={meter === 'active'}
              clearable={meter !== 'active'}
              clearButtonProps={{ 'aria-label': t('ui.clear') }}
              searchable
              limit={60}
              disabled={!may || draft.customer === ''}
              placeholder={
                draft.customer === ''
                  ? t('electricity_contract.customer_first')
                  : data.length === 0
                    ? t('electricity_contract.no_point')
                    : meter === 'active'
                      ? undefined
                      : meter === 'power'
                        ? t('electricity_contract.no_power')
                        : t('electricity_contract.no_reactive')
              }
              nothingFoundMessage={t('electricity_contract.no_point')}
              value={draft[meter] || null}
              error={fieldError(error, `terms/${meter}_point_id`)}
              onChange={(value) =>
                meter === 'active' ? chooseActive(value ?? '') : onChange({ [meter]: value ?? '' })
              }
              data={data}
            />
          );
        })}
      </SimpleGrid>
    </>
  );
}
