import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, ok } from '../../../api/client';
import { byteLength, MAPPING_BYTES_MAX, PAYLOAD_BYTES_MAX } from './draft';

/** The writer must pause this long before a trial is sent. */
const PAUSE_MS = 400;

/** What a message would become, tried anew whenever the writer pauses; nothing is kept by the server. */
export function useTrial(mapping: string | undefined, payload: string) {
  const [expression] = useDebouncedValue(mapping, PAUSE_MS);
  const [message] = useDebouncedValue(payload, PAUSE_MS);
  const too_long =
    byteLength(payload) > PAYLOAD_BYTES_MAX || byteLength(mapping ?? '') > MAPPING_BYTES_MAX;
  const empty = message.trim() === '' || expression?.trim() === '';
  const trial = useQuery({
    queryKey: ['device_profile_test', expression, message],
    enabled: !empty && !too_long,
    // A trial that was overtaken by the next one is broken off.
    queryFn: ({ signal }) =>
      ok(
        api.POST('/api/v1/device_profiles/test', {
          body: { mapping: expression, payload: message },
          signal,
        }),
      ),
    placeholderData: (old) => old,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const waits = expression !== mapping || message !== payload || trial.isFetching;
  return { ...trial, empty, too_long, waits };
}
