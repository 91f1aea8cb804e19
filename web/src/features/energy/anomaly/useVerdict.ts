import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { Anomaly } from '../../../api/types';
import { useChange } from '../../../ui/useChange';

/** A word on an event, or its withdrawal. */
interface Word {
  item: Anomaly;
  verdict: 'yes' | 'no' | undefined;
  note?: string;
}

/** Gives or withdraws verdicts on events of a contract. */
export function useVerdict(contract: string) {
  const { t } = useTranslation();
  return useChange({
    refresh: [['anomalies', contract]],
    done: t('anomaly.judged'),
    run: async ({ item, verdict, note }: Word) => {
      const { kind, from, until } = item;
      const path = { id: contract };
      if (verdict) {
        await ok(
          api.POST('/api/v1/electricity_contracts/{id}/anomaly_verdicts', {
            params: { path },
            body: { kind, from, until, verdict, note: note ?? item.verdict?.note ?? '' },
          }),
        );
      } else {
        await ok(
          api.DELETE('/api/v1/electricity_contracts/{id}/anomaly_verdicts', {
            params: { path, query: { kind, from, until } },
          }),
        );
      }
      return verdict;
    },
  });
}
