import { useQuery } from '@tanstack/react-query';
import { electricityContractsQuery } from '../../api/energy';
import { useComplex } from '../../app/complex';
import { useNow } from '../../ui/useNow';
import { billMonthOf, type Months, monthsOf, todayOf } from './time';

/** The contracts of the chosen complex, or of all of them, that the reader may see. */
export function useContracts() {
  const { id, all } = useComplex();
  const complexes = id ? [id] : all.map((complex) => complex.id);
  return useQuery(electricityContractsQuery(complexes));
}

/** The contract that an address names, else the first one, and the months to show of it. */
export function useContract(search: Months & { contract?: string }) {
  const contracts = useContracts();
  const today = todayOf(useNow(60_000));
  // An address that names a contract never shows another one.
  const contract = search.contract
    ? contracts.data?.find((each) => each.id === search.contract)
    : contracts.data?.[0];
  const present = billMonthOf(today, contract?.terms.reading_day ?? 0);
  return { contracts, contract, today, months: monthsOf(search, present) };
}
