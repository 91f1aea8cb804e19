import createClient from 'openapi-fetch';
import { ProblemError, problemFrom } from './problem';
import type { paths } from './schema';

let csrf: string | undefined;

/** Keeps the token that every writing request must carry. */
export function setCsrf(token: string | undefined) {
  csrf = token;
}

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf);
    request.headers.set('Accept-Language', document.documentElement.lang || 'ko');
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as a {@link ProblemError}. */
export async function ok<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new ProblemError({ status: 0, code: 'network' });
  }
  if (!answer.response.ok) throw problemFrom(answer.response.status, answer.error);
  return answer.data as NonNullable<T>;
}

/** Sends a file's bytes as the body, which the generated client cannot describe. */
export const fileBody = (file: Blob) => ({
  body: file as unknown as never,
  bodySerializer: () => file,
  headers: { 'Content-Type': 'application/octet-stream' },
});
