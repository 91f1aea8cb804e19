import { Button } from '@mantine/core';
import { IconArrowBackUp, IconPencil, IconSend, IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import type { SavingMeasure } from '../../../api/types';
import { Confirm } from '../../../ui/Confirm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';

type Asked = 'submit' | 'withdraw' | 'return' | 'sign';

interface ActionsProps {
  measure: SavingMeasure;
  /** The figures that are seen, for a signature. */
  fingerprint: string | undefined;
  /** Whether there is a result to submit. */
  hasResult: boolean;
  onChange: () => void;
}

/** What the reader may do with a measure now; each asks once and says what it means. */
export function Actions({ measure, fingerprint, hasResult, onChange }: ActionsProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  const params = { path: { id: measure.id } };
  const { version } = measure;
  const act = useChange({
    refresh: [['saving_measures'], ['saving_measure'], ['saving_result']],
    done: t('ui.saved'),
    run: ({ what, reason }: { what: Asked; reason?: string }) => {
      if (what === 'submit') {
        return ok(api.POST('/api/v1/saving_measures/{id}/submit', { params, body: { version } }));
      }
      if (what === 'withdraw') {
        return ok(api.POST('/api/v1/saving_measures/{id}/withdraw', { params, body: { version } }));
      }
      if (what === 'return') {
        const body = { version, reason: reason ?? '' };
        return ok(api.POST('/api/v1/saving_measures/{id}/return', { params, body }));
      }
      const body = { version, fingerprint: fingerprint ?? '' };
      return ok(api.POST('/api/v1/saving_measures/{id}/sign', { params, body }));
    },
    onDone: () => setAsked(undefined),
  });
  const close = () => {
    act.reset();
    setAsked(undefined);
  };
  const may = (what: SavingMeasure['may'][number]) => measure.may.includes(what);
  return (
    <>
      {may('change') && (
        <Button
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={onChange}
        >
          {t('ui.edit')}
        </Button>
      )}
      {may('submit') && (
        <Button
          leftSection={<IconSend size={16} aria-hidden />}
          disabled={!hasResult}
          onClick={() => setAsked('submit')}
        >
          {t('saving_measure.submit')}
        </Button>
      )}
      {may('withdraw') && (
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={() => setAsked('withdraw')}
        >
          {t('saving_measure.withdraw')}
        </Button>
      )}
      {may('return') && (
        <Button variant="default" onClick={() => setAsked('return')}>
          {t('saving_measure.return')}
        </Button>
      )}
      {may('sign') && (
        <Button
          leftSection={<IconSignature size={16} aria-hidden />}
          disabled={fingerprint === undefined}
          onClick={() => setAsked('sign')}
        >
          {t('saving_measure.sign')}
        </Button>
      )}
      {asked === 'return' ? (
        <FormDialog
          title={t('saving_measure.return')}
          submit={t('saving_measure.return')}
          busy={act.isPending}
          error={act.error}
          onClose={close}
          onSubmit={({ reason = '' }) => act.mutate({ what: 'return', reason })}
          fields={[
            {
              name: 'reason',
              label: t('saving_measure.return_reason'),
              description: t('saving_measure.return_words'),
              required: true,
            },
          ]}
        />
      ) : (
        asked && (
          <Confirm
            opened
            title={t(`saving_measure.${asked}`)}
            action={t(`saving_measure.${asked}`)}
            busy={act.isPending}
            onClose={close}
            onConfirm={() => act.mutate({ what: asked })}
          >
            {t(`measure_ask.${asked}`)}
          </Confirm>
        )
      )}
    </>
  );
}
