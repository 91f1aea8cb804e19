import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import '../app/i18n';
import { DataTable } from './DataTable';

interface Row {
  id: string;
  name: string;
  size: number;
}

const ROWS: Row[] = [
  { id: '1', name: '나 공장', size: 30 },
  { id: '2', name: '가 공장', size: 200 },
];

function show(rows: readonly Row[] = ROWS) {
  render(
    <MantineProvider>
      <DataTable
        name="rows"
        label="공장"
        rows={rows}
        columns={[
          { id: 'name', header: '이름', value: (row) => row.name },
          { id: 'size', header: '크기', align: 'right', value: (row) => row.size },
        ]}
        rowKey={(row) => row.id}
        empty="아직 없습니다"
      />
    </MantineProvider>,
  );
}

const names = () =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[0]?.textContent);

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

it('sorts by a column, says so, and remembers it', () => {
  show();
  expect(names()).toEqual(['나 공장', '가 공장']);
  fireEvent.click(screen.getByRole('button', { name: /이름/ }));
  expect(names()).toEqual(['가 공장', '나 공장']);
  expect(screen.getByRole('columnheader', { name: /이름/ }).getAttribute('aria-sort')).toBe(
    'ascending',
  );
  cleanup();
  show();
  expect(names()).toEqual(['가 공장', '나 공장']);
});

it('filters by any text, and counts what is left', () => {
  show();
  fireEvent.change(screen.getByLabelText('표에서 찾기'), { target: { value: '200' } });
  expect(names()).toEqual(['가 공장']);
  expect(screen.getByText('1건')).toBeTruthy();
});

it('says what to do when there is nothing, and exports nothing', () => {
  show([]);
  expect(screen.getByText('아직 없습니다')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'CSV 내려받기' })).toHaveProperty('disabled', true);
});
