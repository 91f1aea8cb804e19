// What the option of a measure rests on, as its form holds it.
import type { MeasurePlan } from '../../../api/types';

export interface BasisDraft {
  /** A parameter in each line. */
  measured: string;
  /** Name, value and source in each line, parted by semicolons. */
  stipulated: string;
  program: string;
  cv_rmse: string;
  nmbe: string;
  source: string;
}

export const emptyBasis: BasisDraft = {
  measured: '',
  stipulated: '',
  program: '',
  cv_rmse: '',
  nmbe: '',
  source: '',
};

const PARTS = 3;

const lines = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const parts = (line: string) => line.split(/[;\t]/).map((part) => part.trim());

type Option = MeasurePlan['option'];
type Basis = NonNullable<MeasurePlan['basis']>;

export function basisDraftOf(basis: MeasurePlan['basis']): BasisDraft {
  const { measured = [], stipulated = [], calibration } = basis ?? {};
  return {
    measured: measured.join('\n'),
    stipulated: stipulated
      .map(({ name, value, source }) => [name, value, source].join('; '))
      .join('\n'),
    program: calibration?.program ?? '',
    cv_rmse: calibration ? String(calibration.cv_rmse_percent) : '',
    nmbe: calibration ? String(calibration.nmbe_percent) : '',
    source: calibration?.source ?? '',
  };
}

/** What is sent: what the option needs, and nothing of what was typed for another. */
export function basisOf(option: Option, draft: BasisDraft): Basis | null {
  const measured = lines(draft.measured);
  switch (option) {
    case 'a':
      return {
        measured,
        stipulated: lines(draft.stipulated).map((line) => {
          const [name = '', value = '', ...source] = parts(line);
          return { name, value, source: source.join('; ') };
        }),
      };
    case 'b':
      return { measured, stipulated: [] };
    case 'd':
      return {
        measured: [],
        stipulated: [],
        calibration: {
          program: draft.program.trim(),
          cv_rmse_percent: Number(draft.cv_rmse),
          nmbe_percent: Number(draft.nmbe),
          source: draft.source.trim(),
        },
      };
    default:
      return null;
  }
}

/** Keys of the words for what is missing. */
export function basisFaults(option: Option, draft: BasisDraft): string[] {
  const faults: string[] = [];
  const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
  if ((option === 'a' || option === 'b') && lines(draft.measured).length === 0) {
    faults.push('measure_basis.fault_measured');
  }
  const stipulated = lines(draft.stipulated).map(parts);
  const whole = stipulated.every((row) => row.length >= PARTS && row.every((part) => part !== ''));
  if (option === 'a' && (stipulated.length === 0 || !whole)) {
    faults.push('measure_basis.fault_stipulated');
  }
  const named = draft.program.trim() !== '' && draft.source.trim() !== '';
  if (option === 'd' && !(named && isNumber(draft.cv_rmse) && isNumber(draft.nmbe))) {
    faults.push('measure_basis.fault_calibration');
  }
  return faults;
}
