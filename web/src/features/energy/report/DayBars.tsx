import { useTranslation } from 'react-i18next';
import type { MonthlyReport } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';

const WIDTH = 720;
const HEIGHT = 128;
const FOOT = 16;
const BANDS = ['light', 'mid', 'peak', 'flat'] as const;
type Day = MonthlyReport['days'][number];

const parts = (day: Day) => ({
  light: day.light_kwh,
  mid: day.mid_kwh,
  peak: day.peak_kwh,
  flat: day.flat_kwh,
});

/** A bar for each day, its bands stacked: drawn as lines of paper, so that it prints sharp. */
export function DayBars({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(...days.map((day) => day.kwh), 0);
  if (most <= 0) return null;
  const step = WIDTH / days.length;
  const used = BANDS.filter((band) => days.some((day) => parts(day)[band] > 0));
  const high = (kwh: number) => (Math.max(0, kwh) / most) * (HEIGHT - FOOT - 4);
  return (
    <section className="report-part">
      <h3>{t('report.daily')}</h3>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('report.daily_drawn', { most: format.number(most) })}
      >
        {days.map((day, place) => {
          let base = HEIGHT - FOOT;
          return (
            <g key={day.date}>
              {used.map((band) => {
                const size = high(parts(day)[band]);
                base -= size;
                return (
                  <rect
                    key={band}
                    className={`report-${band}`}
                    x={place * step + step * 0.15}
                    y={base}
                    width={step * 0.7}
                    height={size}
                  />
                );
              })}
              <text x={place * step + step / 2} y={HEIGHT - 4} textAnchor="middle">
                {Number(day.date.slice(8))}
              </text>
            </g>
          );
        })}
      </svg>
      <p className="report-key">
        {used.map((band) => (
          <span key={band}>
            <i className={`report-${band}`} aria-hidden />
            {t(`bill_part.${band}`)}
          </span>
        ))}
        <span>{t('report.daily_most', { most: format.number(most) })}</span>
      </p>
    </section>
  );
}
