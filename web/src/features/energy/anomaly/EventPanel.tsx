import {
  Button,
  Group,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
  useComputedColorScheme,
} from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Anomaly, ElectricityContract } from '../../../api/types';
import { MayButton } from '../../../app/MayButton';
import { scopeOf, useMay } from '../../../app/permission';
import { EChart } from '../../../ui/EChart';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { eventOption, excessOf, priceOf } from './event';
import { useVerdict } from './useVerdict';

const NOTE_MAX = 500;

function Verdict({ contract, item }: { contract: ElectricityContract; item: Anomaly }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay().on('manage_energy', scopeOf(contract));
  const [note, setNote] = useState(item.verdict?.note ?? '');
  const give = useVerdict(contract.id);
  const given = item.verdict;
  const busy = (word: string | undefined) => give.isPending && give.variables?.verdict === word;
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('anomaly.question')}</Text>
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('anomaly.note')}
          placeholder={t('anomaly.note_help')}
          maxLength={NOTE_MAX}
          w={320}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <MayButton
          may={may}
          variant={given?.verdict === 'yes' ? 'filled' : 'default'}
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={busy('yes')}
          onClick={() => give.mutate({ item, verdict: 'yes', note })}
        >
          {t('anomaly.yes')}
        </MayButton>
        <MayButton
          may={may}
          variant={given?.verdict === 'no' ? 'filled' : 'default'}
          leftSection={<IconX size={16} aria-hidden />}
          loading={busy('no')}
          onClick={() => give.mutate({ item, verdict: 'no', note })}
        >
          {t('anomaly.no')}
        </MayButton>
        {given && may && (
          <Button
            variant="subtle"
            loading={busy(undefined)}
            onClick={() => give.mutate({ item, verdict: undefined })}
          >
            {t('anomaly.withdraw')}
          </Button>
        )}
      </Group>
      {given && (
        <Text size="sm" c="dimmed">
          {t('anomaly.given', {
            name: given.judged_by.name,
            at: format.dateTime(given.judged_at),
            word: t(`anomaly_verdict.${given.verdict}`),
          })}
        </Text>
      )}
    </Stack>
  );
}

/** One event: what was drawn against what was expected, how its cost came about, and the verdict. */
export function EventPanel({ contract, item }: { contract: ElectricityContract; item: Anomaly }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const kind = t(`anomaly_kind.${item.kind}`, { defaultValue: item.kind });
  const option = useMemo(
    () =>
      eventOption(item, scheme, {
        actual: t('forecast.actual'),
        expected: t('anomaly.expected'),
        within: t('anomaly.within'),
        at: (at) => format.short(at),
        kw: (kw) => (kw === undefined ? '–' : `${format.number(kw, 1)} kW`),
      }),
    [item, scheme, t, format],
  );
  const price = priceOf(item);
  const excess = excessOf(item);
  const sum = {
    actual: format.number(item.actual_kwh, 1),
    expected: format.number(item.expected_kwh, 1),
    excess: format.number(Math.abs(excess), 1),
    won: format.number(Math.abs(item.cost_won ?? 0)),
    price: format.number(price, 1),
  };
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('anomaly.event')}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {kind}
          </Title>
          <Text size="sm" c="dimmed">
            {format.dateTime(civil(item.from))} ~ {format.dateTime(civil(item.until))}
            {item.told_at &&
              ` · ${t('anomaly.told_at', { at: format.dateTime(civil(item.told_at)) })}`}
          </Text>
        </div>
        <Text size="sm">{t(`anomaly_help.${item.kind}`, { defaultValue: '' })}</Text>
        {item.profile.actual_kwh.length > 0 && (
          <EChart
            option={option}
            height={260}
            label={t('anomaly.drawn', { kind, actual: sum.actual, expected: sum.expected })}
          />
        )}
        <Text size="sm">
          {t('anomaly.figures', { actual: sum.actual, expected: sum.expected })}{' '}
          {price !== undefined && t(excess > 0 ? 'anomaly.how_more' : 'anomaly.how_less', sum)}
          {item.cost_won == null && t('anomaly.no_terms')}
        </Text>
        <Text size="xs" c="dimmed">
          {t('anomaly.how')}
          {!item.detected && ` ${t('anomaly.then')}`}
        </Text>
        <Verdict contract={contract} item={item} />
      </Stack>
    </Paper>
  );
}
