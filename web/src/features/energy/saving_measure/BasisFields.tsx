import { SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../../../api/problem';
import type { MeasurePlan } from '../../../api/types';
import type { BasisDraft } from './basis';

interface BasisFieldsProps {
  option: MeasurePlan['option'];
  draft: BasisDraft;
  error: unknown;
  onChange: (part: Partial<BasisDraft>) => void;
}

/** What the chosen option rests on: parameters, or the calibration of a simulation. */
export function BasisFields({ option, draft, error, onChange }: BasisFieldsProps) {
  const { t } = useTranslation();
  if (option === 'c') return null;
  const text = (name: keyof BasisDraft, type: 'text' | 'number' = 'text') => (
    <TextInput
      label={t(`measure_basis.${name}`)}
      required
      type={type}
      step="any"
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  const area = (name: 'measured' | 'stipulated') => (
    <Textarea
      label={t(`measure_basis.${name}`)}
      description={t(`measure_basis.${name}_help`)}
      required
      autosize
      minRows={2}
      value={draft[name]}
      error={fieldError(error, `plan/basis/${name}`)}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <Stack gap="xs">
      <Text size="sm">{t('saving_measure.only_c')}</Text>
      {option === 'd' ? (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {text('program')}
            {text('source')}
            {text('cv_rmse', 'number')}
            {text('nmbe', 'number')}
          </SimpleGrid>
          <Text size="sm" c={fieldError(error, 'plan/basis/calibration') ? 'red' : 'dimmed'}>
            {fieldError(error, 'plan/basis/calibration') ?? t('measure_basis.calibration_help')}
          </Text>
        </>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: option === 'a' ? 2 : 1 }}>
          {area('measured')}
          {option === 'a' && area('stipulated')}
        </SimpleGrid>
      )}
    </Stack>
  );
}
