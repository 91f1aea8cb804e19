import { Group, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Demand } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { civil } from '../time';
import { type Cell, calendarOf, LEVELS } from './calendar';

const DAYS = Array.from({ length: 31 }, (_, index) => index + 1);

function useCellWords() {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ date, day, sets }: Cell): string => {
    if (!day) return t('demand.cell_none', { date: format.day(civil(`${date}T00:00:00`)) });
    return [
      t('demand.cell', {
        at: format.dateTime(civil(day.at)),
        kw: format.number(day.kw, 1),
      }),
      day.band && t(`band.${day.band}`, { defaultValue: day.band }),
      !day.counts && t('demand.cell_light'),
      sets.length > 0 && t('demand.cell_sets', { months: sets.join(', ') }),
      day.missing_slots > 0 && t('demand.cell_missing', { count: day.missing_slots }),
    ]
      .filter(Boolean)
      .join(' · ');
  };
}

/** The largest quarter of an hour of each day: darker is more, an edge sets the demand, stripes lack values. */
export function PeakCalendar({
  demand,
  sets,
  until,
}: {
  demand: Demand;
  sets: ReadonlyMap<string, string[]>;
  /** The last day that there could be values of. */
  until: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCellWords();
  const rows = calendarOf(demand.days, sets, until);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="flex-end" mb="xs">
        <div>
          <Title order={2} size="h4">
            {t('demand.calendar')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('demand.calendar_help')}
          </Text>
        </div>
        <Group gap="md">
          <Group gap={3} aria-hidden>
            <Text size="xs">{t('demand.less')}</Text>
            {LEVELS.map((level) => (
              <span key={level} className="peak-key" data-level={level} />
            ))}
            <Text size="xs">{t('demand.more')}</Text>
          </Group>
          <Group gap={6}>
            <span className="peak-key" data-level="1" data-sets aria-hidden />
            <Text size="xs">{t('demand.key_sets')}</Text>
          </Group>
          <Group gap={6}>
            <span className="peak-key" data-missing aria-hidden />
            <Text size="xs">{t('demand.key_missing')}</Text>
          </Group>
        </Group>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too. */}
      <section className="peak-scroll" tabIndex={0} aria-label={t('demand.calendar')}>
        <table className="peak-calendar">
          <caption className="unseen">{t('demand.calendar')} (kW)</caption>
          <thead>
            <tr>
              <th scope="col">{t('bill.month')}</th>
              {DAYS.map((day) => (
                <th key={day} scope="col">
                  {day}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ month, cells }) => (
              <tr key={month}>
                <th scope="row">{month}</th>
                {DAYS.map((n) => {
                  const cell = cells[n - 1];
                  if (!cell) return <td key={n} data-outside />;
                  const { day } = cell;
                  const told = words(cell);
                  const isSpecial = !day || day.missing_slots > 0 || cell.sets.length > 0;
                  return (
                    <td
                      key={n}
                      title={told}
                      data-level={cell.level}
                      data-sets={cell.sets.length > 0 || undefined}
                      data-missing={!day || day.missing_slots > 0 || undefined}
                    >
                      {day ? format.number(day.kw) : '–'}
                      {isSpecial && <span className="unseen">{told}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Paper>
  );
}
