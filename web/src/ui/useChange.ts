import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { createElement } from 'react';
import { ProblemError } from '../api/problem';
import { notify } from './notify';
import { ProblemWords } from './states';

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
      // Somebody else was first: what is shown below the form is read again.
      if (error instanceof ProblemError && error.status === 409) {
        for (const queryKey of options.refresh ?? []) void client.invalidateQueries({ queryKey });
      }
      if (!options.quiet) notify({ message: createElement(ProblemWords, { error }), color: 'red' });
    },
  });
}
