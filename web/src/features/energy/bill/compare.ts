// What another choice would have cost: which answers are asked for, and which is the least.
import type { Bill, Tariff } from '../../../api/types';
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

/** The bills of the same months by one choice. */
export interface OfferBills {
  name: string;
  items: readonly Pick<Bill, 'month' | 'lines' | 'total_won'>[];
}

/** The choice that is cheapest in a month; none where two cost the same least. */
export function leastOf(offers: readonly OfferBills[], month: number): OfferBills | undefined {
  const won = offers.map(({ items }) => items[month]?.total_won ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...won);
  const [first, ...others] = offers.filter((_, index) => won[index] === least);
  return others.length === 0 && Number.isFinite(least) ? first : undefined;
}
