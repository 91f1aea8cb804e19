import { api, ok } from '../../../api/client';
import type { Complex } from '../../../api/types';
import { filled, type Values } from '../../../ui/FieldsForm';
import { oneOf } from '../../../ui/search';

export const KINDS = [
  'national',
  'general',
  'urban_high_tech',
  'agro_industrial',
] as const satisfies Complex['kind'][];

export const TABS = ['complexes', 'parcels', 'buildings', 'units'] as const;
export type Tab = (typeof TABS)[number];

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** Registers one place of the chosen sort. */
export function register(tab: Tab, values: Values, complex_id: string) {
  const given = filled(values);
  const { name = '', code = '', name_en = '', pnu = '', parcel_id = '', building_id = '' } = given;
  switch (tab) {
    case 'complexes':
      return ok(
        api.POST('/api/v1/complexes', {
          body: { code, name, name_en, kind: oneOf(...KINDS)(given.kind) ?? 'general' },
        }),
      );
    case 'parcels':
      return ok(
        api.POST('/api/v1/parcels', {
          body: {
            complex_id,
            pnu,
            lot_address: given.lot_address,
            area_m2: number(given.area_m2),
          },
        }),
      );
    case 'buildings':
      return ok(api.POST('/api/v1/buildings', { body: { complex_id, parcel_id, name } }));
    case 'units':
      return ok(
        api.POST('/api/v1/units', { body: { complex_id, building_id, name, floor: given.floor } }),
      );
  }
}
