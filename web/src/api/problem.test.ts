import { describe, expect, it } from 'vitest';
import { fieldError, problemFrom } from './problem';

describe('a problem', () => {
  it('keeps what the server said and the request id', () => {
    const problem = problemFrom(422, {
      code: 'account.invalid',
      detail: 'The password is too short',
      request_id: 'r-1',
      fields: [{ pointer: '/password', detail: 'use 10 characters or more' }],
    });
    expect(problem.status).toBe(422);
    expect(problem.requestId).toBe('r-1');
    expect(fieldError(problem, 'password')).toBe('use 10 characters or more');
    expect(fieldError(problem, 'email')).toBeUndefined();
  });

  it('survives a body that is no problem', () => {
    expect(problemFrom(502, '<html>bad gateway</html>').code).toBe('http.502');
    expect(problemFrom(500, { fields: 'none' }).fields).toEqual([]);
  });
});
