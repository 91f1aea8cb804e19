import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { useChange } from '../../../ui/useChange';

const LISTS = [['alarms']];

interface Act {
  id: string;
  /** Note, reason or work order, as the action asks. */
  text: string;
  until?: string;
}

const at = (id: string) => ({ params: { path: { id } } });

/** All that an operator can do to an alarm. Nobody clears or deletes one. */
export function useAlarmActions(onDone: () => void) {
  const { t } = useTranslation();
  const common = { refresh: LISTS, onDone };
  return {
    acknowledge: useChange({
      ...common,
      done: t('alarm.done_acknowledge'),
      run: ({ id, text }: Act) =>
        ok(
          api.POST('/api/v1/alarms/{id}/acknowledge', {
            ...at(id),
            body: text ? { note: text } : {},
          }),
        ),
    }),
    shelve: useChange({
      ...common,
      done: t('alarm.done_shelve'),
      run: ({ id, text, until = '' }: Act) =>
        ok(api.POST('/api/v1/alarms/{id}/shelve', { ...at(id), body: { reason: text, until } })),
    }),
    unshelve: useChange({
      ...common,
      done: t('alarm.done_unshelve'),
      run: ({ id }: Act) => ok(api.POST('/api/v1/alarms/{id}/unshelve', { ...at(id), body: {} })),
    }),
    reset: useChange({
      ...common,
      done: t('alarm.done_reset'),
      run: ({ id, text }: Act) =>
        ok(api.POST('/api/v1/alarms/{id}/reset', { ...at(id), body: text ? { note: text } : {} })),
    }),
    suppress: useChange({
      ...common,
      done: t('alarm.done_suppress'),
      run: ({ id, text }: Act) =>
        ok(api.POST('/api/v1/alarms/{id}/suppress', { ...at(id), body: { reason: text } })),
    }),
    unsuppress: useChange({
      ...common,
      done: t('alarm.done_unsuppress'),
      run: ({ id }: Act) => ok(api.POST('/api/v1/alarms/{id}/unsuppress', { ...at(id), body: {} })),
    }),
    out_of_service: useChange({
      ...common,
      done: t('alarm.done_out_of_service'),
      run: ({ id, text }: Act) =>
        ok(
          api.POST('/api/v1/alarms/{id}/out_of_service', {
            ...at(id),
            body: { work_order: text },
          }),
        ),
    }),
    return_to_service: useChange({
      ...common,
      done: t('alarm.done_return_to_service'),
      run: ({ id }: Act) =>
        ok(api.POST('/api/v1/alarms/{id}/return_to_service', { ...at(id), body: {} })),
    }),
  };
}

export type AlarmAction = keyof ReturnType<typeof useAlarmActions>;
