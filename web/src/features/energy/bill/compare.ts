// What another choice would have cost: which answers are asked for, and which is the least.
import type { Tariff } from '../../../api/types';
import { voltageOf } from '../../../app/vocabulary/tariff';

/** The choices of a class that a customer can take: those of its voltage, or all. */
export function optionsToCompare(
  tariffs: readonly Tariff[],
  present: { class: string; option: string },
  allVoltages: boolean,
): string[] {
  const names = tariffs
    .filter((tariff) => tariff.class === present.class)
    .flatMap((tariff) => tariff.options.map((option) => option.name));
  return [...new Set(names)]
    .filter((name) => allVoltages || voltageOf(name) === voltageOf(present.option))
    .sort();
}

export interface Offer {
  option: string;
  contract_kw: number | undefined;
  total_won: number | undefined;
}

/** The offer that costs least; the earlier one when two cost the same. */
export function cheapest<T extends Pick<Offer, 'total_won'>>(offers: readonly T[]): T | undefined {
  return offers.reduce<T | undefined>((best, offer) => {
    if (offer.total_won === undefined) return best;
    return best?.total_won === undefined || offer.total_won < best.total_won ? offer : best;
  }, undefined);
}
