/** A bad field of a request, named by its JSON pointer. */
export interface BadField {
  pointer: string;
  detail: string;
}

/** What the server answered when it refused or failed (RFC 9457). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly BadField[];
  readonly requestId: string | undefined;

  constructor(init: {
    status: number;
    code: string;
    title?: string;
    detail?: string;
    fields?: readonly BadField[];
    requestId?: string;
  }) {
    super(init.detail ?? init.title ?? init.code);
    this.name = 'ProblemError';
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail ?? init.title ?? '';
    this.fields = init.fields ?? [];
    this.requestId = init.requestId;
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function badFields(value: unknown): BadField[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((field: unknown) => {
    if (typeof field !== 'object' || field === null) return [];
    const { pointer, detail } = field as Record<string, unknown>;
    return [{ pointer: text(pointer) ?? '', detail: text(detail) ?? '' }];
  });
}

/** Reads a problem+json body; anything else becomes a problem that names only the status. */
export function problemFrom(status: number, body: unknown): ProblemError {
  const json = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new ProblemError({
    status,
    code: text(json.code) ?? `http.${status}`,
    title: text(json.title),
    detail: text(json.detail),
    fields: badFields(json.fields),
    requestId: text(json.request_id),
  });
}

/** The complaint about one field, if the error has one. */
export function fieldError(error: unknown, name: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.fields.find((field) => field.pointer.replace(/^\//, '') === name)?.detail;
}
