import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Alarm, Latest } from '../api/types';

type Link = 'waiting' | 'live' | 'broken';

let link: Link = 'waiting';
const watchers = new Set<() => void>();
const setLink = (next: Link) => {
  link = next;
  for (const watcher of watchers) watcher();
};

/** Whether the live stream stands: a console that has gone deaf must say so. */
export const useLink = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => link,
  );

/**
 * Puts a changed alarm in its place; one that is over leaves the open list. The news carry no value, since
 * not every reader may see it: the value known before stays until the list is read again.
 */
export function patchOpen(alarms: Alarm[] | undefined, changed: Alarm, open: boolean) {
  if (!alarms) return alarms;
  const at = alarms.findIndex((alarm) => alarm.id === changed.id);
  if (!open) return at < 0 ? alarms : alarms.filter((alarm) => alarm.id !== changed.id);
  if (at < 0) return [changed, ...alarms];
  return alarms.map((alarm, index) =>
    index === at ? { ...changed, value: alarm.value, value_hidden: alarm.value_hidden } : alarm,
  );
}

/** Newer values over older ones; a point not yet listed is left to the next reading of the list. */
export function patchLatest(latest: Latest[] | undefined, news: readonly Latest[]) {
  if (!latest || news.length === 0) return latest;
  const byPoint = new Map(news.map((item) => [item.point_id, item]));
  return latest.map((item) => {
    const newer = byPoint.get(item.point_id);
    return newer && newer.at >= item.at ? { ...item, ...newer } : item;
  });
}

/** An alarm stays in the queue while it holds, or until someone has seen it. */
export const isOpen = (alarm: Alarm) => alarm.state !== 'normal';

/** Collects calls for a moment, so that a flood of news makes one reading. */
function gather(run: () => void, wait_ms: number) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      run();
    }, wait_ms);
  };
}

function listen(client: QueryClient) {
  const source = new EventSource('/api/v1/events');
  let broken = false;
  const readAgain = gather(() => void client.invalidateQueries({ queryKey: ['alarms'] }), 500);
  const resync = () => {
    void client.invalidateQueries({ queryKey: ['alarms'] });
    void client.invalidateQueries({ queryKey: ['latest'] });
    void client.invalidateQueries({ queryKey: ['commands'] });
  };
  source.onopen = () => {
    if (broken) resync();
    broken = false;
    setLink('live');
  };
  source.onerror = () => {
    broken = true;
    setLink('broken');
  };
  source.addEventListener('resync', resync);
  source.addEventListener('alarm.changed', (event) => {
    const alarm = JSON.parse(event.data) as Alarm;
    for (const [queryKey] of client.getQueriesData<Alarm[]>({ queryKey: ['alarms', 'open'] })) {
      const complex = queryKey[2];
      if (complex !== undefined && complex !== alarm.complex_id) continue;
      client.setQueryData<Alarm[]>(queryKey, (old) => patchOpen(old, alarm, isOpen(alarm)));
    }
    readAgain();
  });
  const commandsAgain = gather(
    () => void client.invalidateQueries({ queryKey: ['commands'] }),
    200,
  );
  source.addEventListener('command.changed', commandsAgain);
  source.addEventListener('readings.latest', (event) => {
    const { items } = JSON.parse(event.data) as { items: Latest[] };
    client.setQueriesData<Latest[]>({ queryKey: ['latest'] }, (old) => patchLatest(old, items));
  });
  return () => {
    source.close();
    setLink('waiting');
  };
}

/** Keeps the lists live for as long as the frame stands. */
export function useLive() {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
}
