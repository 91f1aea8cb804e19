import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { problemFrom } from '../api/problem';
import '../app/i18n';
import { ErrorState } from './states';

afterEach(cleanup);

const show = (error: unknown, retry?: () => void) =>
  render(
    <MantineProvider>
      <ErrorState error={error} retry={retry} />
    </MantineProvider>,
  );

it('shows the words of the server with the request id, and tries again when asked', () => {
  const retry = vi.fn();
  show(problemFrom(500, { detail: '저장소가 답하지 않습니다', request_id: 'r-7' }), retry);
  expect(screen.getByRole('alert').textContent).toContain('저장소가 답하지 않습니다');
  expect(screen.getByText('r-7')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: '다시 시도' }));
  expect(retry).toHaveBeenCalledOnce();
});

it('says a known problem in the language of the reader, with the words of the server below', () => {
  show(
    problemFrom(409, { code: 'registry.stale', detail: 'you gave version 1', request_id: 'r-8' }),
  );
  expect(screen.getByRole('alert').textContent).toContain('다른 사람이 먼저 바꿨습니다');
  expect(screen.getByText('you gave version 1').closest('details')?.open).toBe(false);
});

it('shows the complaint about each field once', () => {
  const fields = [{ pointer: '/name', detail: 'give a name' }];
  show(problemFrom(422, { code: 'invalid', detail: '/name: give a name', fields }));
  expect(screen.getByText('/name')).toBeTruthy();
  expect(screen.getByRole('alert').textContent?.match(/give a name/g)).toHaveLength(1);
});

it('tells who lacks permission whom to ask, and offers no second try', () => {
  show(problemFrom(403, { detail: '감사 역할이 필요합니다' }), () => undefined);
  expect(screen.getByRole('alert').textContent).toContain('볼 수 있는 권한이 없습니다');
  expect(screen.queryByRole('button')).toBeNull();
});
