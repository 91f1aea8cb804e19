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

it('tells who lacks permission whom to ask, and offers no second try', () => {
  show(problemFrom(403, { detail: '감사 역할이 필요합니다' }), () => undefined);
  expect(screen.getByRole('alert').textContent).toContain('볼 수 있는 권한이 없습니다');
  expect(screen.queryByRole('button')).toBeNull();
});
