import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { notify } from './notify';
import { useProblemText } from './states';

interface ChangeOptions<In, Out> {
  run: (input: In) => Promise<Out>;
  /** Lists that the change makes old. */
  refresh?: QueryKey[];
  /** Words shown when it is done. */
  done?: string;
  onDone?: (out: Out, input: In) => void;
  /** The form shows the failure itself. */
  quiet?: boolean;
}

/** A change on the server: refreshes the lists it touches and tells the reader how it went. */
export function useChange<In, Out>(options: ChangeOptions<In, Out>) {
  const client = useQueryClient();
  const words = useProblemText();
  return useMutation({
    mutationFn: options.run,
    onSuccess: async (out, input) => {
      await Promise.all(
        (options.refresh ?? []).map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      if (options.done) notify({ message: options.done, color: 'green' });
      options.onDone?.(out, input);
    },
    onError: (error) => {
      if (!options.quiet) notify({ message: words(error), color: 'red' });
    },
  });
}
