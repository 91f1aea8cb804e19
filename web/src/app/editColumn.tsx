import type { TFunction } from 'i18next';
import type { Column } from '../ui/DataTable';
import { MayButton } from './MayButton';

/** The last column of a table whose rows are changed in a dialog. */
export function editColumn<T extends { name: string }>(
  t: TFunction,
  may: (row: T) => boolean,
  onEdit: (row: T) => void,
): Column<T> {
  return {
    id: 'actions',
    header: t('ui.actions'),
    value: () => undefined,
    render: (row) => (
      <MayButton
        may={may(row)}
        size="compact-sm"
        variant="default"
        aria-label={`${row.name}: ${t('ui.edit')}`}
        onClick={() => onEdit(row)}
      >
        {t('ui.edit')}
      </MayButton>
    ),
  };
}
