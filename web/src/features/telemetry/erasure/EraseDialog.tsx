import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { pointsQuery } from '../../../api/registry';
import { askSql } from '../../../api/telemetry';
import type { Erasure } from '../../../api/types';
import { ErrorState, Loading } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';
import { ScopeForm } from './ScopeForm';
import { countSql, type Scope } from './scope';

interface EraseDialogProps {
  complex: string | undefined;
  onClose: () => void;
  onDone: (erasure: Erasure) => void;
}

/** Asks for an erasure: first what and why, then, with the count before one's eyes, twice whether. */
export function EraseDialog({ complex, onClose, onDone }: EraseDialogProps) {
  const { t } = useTranslation();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const [scope, setScope] = useState<Scope & { reason: string }>();
  const [step, setStep] = useState<'what' | 'whether'>('what');
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={step === 'what' ? t('erasure.add') : t('erasure.confirm')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {step === 'what' || !scope ? (
        <ScopeForm
          points={points}
          complex={complex}
          initial={scope}
          onCancel={onClose}
          onNext={(next) => {
            setScope(next);
            setStep('whether');
          }}
        />
      ) : (
        <Whether scope={scope} onBack={() => setStep('what')} onDone={onDone} />
      )}
    </Modal>
  );
}

interface WhetherProps {
  scope: Scope & { reason: string };
  onBack: () => void;
  onDone: (erasure: Erasure) => void;
}

function Whether({ scope, onBack, onDone }: WhetherProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [understood, setUnderstood] = useState(false);
  const [typed, setTyped] = useState('');
  const count = useQuery({
    queryKey: ['readings', 'count', scope],
    queryFn: () => askSql(countSql(scope)),
    staleTime: 0,
    retry: false,
  });
  const [n] = count.data?.rows[0] ?? [];
  const erase = useChange({
    quiet: true,
    refresh: [['erasures'], ['readings'], ['latest'], ['coverage'], ['corrections']],
    done: t('erasure.done'),
    run: () =>
      ok(
        api.POST('/api/v1/erasures', {
          body: {
            point_ids: [...scope.points],
            from: scope.from,
            until: scope.until,
            reason: scope.reason,
          },
        }),
      ),
    onDone,
  });
  const word = t('erasure.word');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Alert
          color="red"
          variant="outline"
          icon={<IconAlertTriangle aria-hidden />}
          title={t('erasure.cannot_undo')}
        >
          <Stack gap={4}>
            {count.isPending && <Loading />}
            {count.data && (
              <Text size="sm" fw={600}>
                {t('erasure.counted', {
                  points: format.number(scope.points.length),
                  n: format.number(Number(n ?? 0)),
                })}
              </Text>
            )}
            <Text size="sm">
              {t('erasure.span_words', {
                from: scope.from ? format.dateTime(scope.from, true) : t('erasure.from_first'),
                until: format.dateTime(scope.until, true),
              })}
            </Text>
            <Text size="sm">{t('erasure.count_limits')}</Text>
          </Stack>
        </Alert>
        {Boolean(count.error) && <ErrorState error={count.error} retry={() => count.refetch()} />}
        <Text size="sm">
          {t('erasure.reason')}: {scope.reason}
        </Text>
        <Checkbox
          label={t('erasure.understood')}
          checked={understood}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
        />
        <TextInput
          label={t('erasure.type_word', { word })}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {Boolean(erase.error) && <ErrorState error={erase.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>
            {t('erasure.back')}
          </Button>
          <Button
            type="submit"
            color="red"
            loading={erase.isPending}
            disabled={!understood || typed.trim() !== word}
          >
            {t('erasure.do')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
