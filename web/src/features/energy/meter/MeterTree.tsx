import { ActionIcon, Group, Paper, Table, Text, Title } from '@mantine/core';
import { IconPencil, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Meter, MeterEnergy } from '../../../api/types';
import { Age } from '../../../ui/Age';
import { AnchorLink } from '../../../ui/links';
import { Pill } from '../../../ui/Pill';
import { useFormat } from '../../../ui/useFormat';
import type { TreeRow } from './tree';

interface MeterTreeProps {
  rows: readonly TreeRow[];
  energy: readonly MeterEnergy[];
  owners: ReadonlyMap<string, string>;
  selected: string | undefined;
  /** Absent where the reader changes nothing. */
  onAct?: (act: 'change' | 'close', meter: Meter) => void;
}

/** A quarter of an hour comes every 900 s; after three of them a meter is late. */
const LATE_S = 3 * 900 + 900;
const INDENT_PX = 22;

function Formula({ meter }: { meter: Meter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { formula } = meter.terms;
  if (!formula) return null;
  const key = formula.type === 'allocation' ? `allocation_${formula.key}` : formula.type;
  const weight = formula.type === 'allocation' ? formula.weight : undefined;
  return (
    <Text span size="xs" c="dimmed">
      {' '}
      {t(`meter_formula.${key}`, { weight: format.number(weight) })}
    </Text>
  );
}

/** What can be done with a meter. */
function Acts({ meter, onAct }: { meter: Meter; onAct: NonNullable<MeterTreeProps['onAct']> }) {
  const { t } = useTranslation();
  const { name } = meter.terms;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <ActionIcon
        variant="subtle"
        aria-label={t('meter.change_of', { name })}
        title={t('meter.change')}
        onClick={() => onAct('change', meter)}
      >
        <IconPencil size={16} aria-hidden />
      </ActionIcon>
      {!meter.terms.to && (
        <ActionIcon
          variant="subtle"
          aria-label={t('meter.close_of', { name })}
          title={t('meter.close')}
          onClick={() => onAct('close', meter)}
        >
          <IconPlayerStop size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

/** The meters as they stand below one another, with what they counted yesterday and how old that is. */
export function MeterTree({ rows, energy, owners, selected, onAct }: MeterTreeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = new Map(energy.map((each) => [each.meter_id, each]));
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('meter.tree')}>
      <Title order={2} size="h4" mb="xs">
        {t('meter.tree')}
      </Title>
      <Table.ScrollContainer minWidth={820}>
        <Table aria-label={t('meter.tree')} verticalSpacing={4} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('meter.name')}</Table.Th>
              <Table.Th>{t('meter.kind')}</Table.Th>
              <Table.Th>{t('meter.owner')}</Table.Th>
              <Table.Th ta="right">{t('meter.yesterday')}</Table.Th>
              <Table.Th ta="right">{t('meter.back')}</Table.Th>
              <Table.Th>{t('meter.age')}</Table.Th>
              {onAct && (
                <Table.Th>
                  <span className="unseen">{t('meter.acts')}</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ meter, depth, hasBalance }) => {
              const day = of.get(meter.id);
              return (
                <Table.Tr key={meter.id} data-selected={meter.id === selected || undefined}>
                  <Table.Td style={{ paddingLeft: 8 + depth * INDENT_PX }}>
                    {depth > 0 && (
                      <Text span c="dimmed" aria-hidden>
                        └{' '}
                      </Text>
                    )}
                    <span className="unseen">{t('meter.level', { level: depth + 1 })}</span>
                    {hasBalance ? (
                      <AnchorLink
                        to="/energy/meters"
                        search={(old) => ({ ...old, meter: meter.id })}
                        aria-current={meter.id === selected ? 'true' : undefined}
                      >
                        {meter.terms.name}
                      </AnchorLink>
                    ) : (
                      meter.terms.name
                    )}
                    <Formula meter={meter} />
                  </Table.Td>
                  <Table.Td>
                    {t(`meter_kind.${meter.terms.kind}`)}
                    {meter.terms.disposal && ` · ${t(`meter_disposal.${meter.terms.disposal}`)}`}
                  </Table.Td>
                  <Table.Td>
                    {meter.establishment_id
                      ? (owners.get(meter.establishment_id) ?? '–')
                      : t('meter.of_complex')}
                  </Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {day?.hidden ? (
                      <Pill>{t('meter.hidden')}</Pill>
                    ) : (
                      format.number(day?.forward_kwh, 1)
                    )}{' '}
                    {day && !day.hidden && day.missing_slots > 0 && (
                      <Pill tone="caution">{t('meter.missing', { count: day.missing_slots })}</Pill>
                    )}
                  </Table.Td>
                  <Table.Td ta="right">{format.number(day?.back_kwh, 1)}</Table.Td>
                  <Table.Td>
                    {day?.last_at ? <Age at={day.last_at} limit_s={LATE_S} /> : '–'}
                  </Table.Td>
                  {onAct && (
                    <Table.Td>
                      <Acts meter={meter} onAct={onAct} />
                    </Table.Td>
                  )}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
