import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportHead } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';

interface PaperProps {
  head: ReportHead;
  title: string;
  children: ReactNode;
}

/** Sheets of A4: on screen as they will lie on paper, in any colour scheme. */
export function Paper({ head, title, children }: PaperProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <article className="report-paper" aria-label={title}>
      <header className="report-head">
        <div>
          <h2>{title}</h2>
          <p>
            {head.complex} · {head.customer} · {head.contract}
          </p>
        </div>
        <div className="report-mark">
          {head.is_demo && <strong>{t('report.demo')}</strong>}
          <p>{t('report.made_at', { at: format.dateTime(head.made_at) })}</p>
        </div>
      </header>
      {children}
    </article>
  );
}

interface TableProps {
  label: string;
  head: readonly string[];
  /** How many columns from the left hold words; the others hold figures. */
  words?: number;
  rows: readonly (readonly ReactNode[])[];
  sum?: boolean;
  /** The words of the first column stay on one line. */
  oneLine?: boolean;
  empty?: string;
}

/** A plain table: words to the left, figures to the right; its head is repeated on each sheet. */
export function PaperTable({ label, head, words = 1, rows, sum, oneLine, empty }: TableProps) {
  const side = (column: number) => (column < words ? undefined : 'figure');
  return (
    <section className="report-part">
      <h3>{label}</h3>
      {rows.length === 0 && empty ? (
        <p>{empty}</p>
      ) : (
        <table aria-label={label} data-one-line={oneLine || undefined}>
          <thead>
            <tr>
              {head.map((word, column) => (
                // Words of two columns may be the same.
                // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place.
                <th key={column} scope="col" className={side(column)}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a report is read, never reordered.
              <tr key={place} data-sum={(sum && place === rows.length - 1) || undefined}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place.
                  <td key={column} className={side(column)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Sentences. */
export function PaperNotes({ label, notes }: { label: string; notes: readonly string[] }) {
  return (
    <section className="report-part">
      <h3>{label}</h3>
      <ul aria-label={label}>
        {[...new Set(notes)].map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
