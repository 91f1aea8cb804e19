import { useTranslation } from 'react-i18next';
import type { Gauge } from '../../../api/types';
import { useFormat } from '../../../ui/useFormat';
import { arc, place, scaleEnd } from './gauge';

const RADIUS = 100;
const WIDTH = 18;

/** The half circle: the power so far expected at the end, how sure that is, and the limit. */
export function GaugeDial({ gauge, told }: { gauge: Gauge; told: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const end = scaleEnd(gauge);
  const { cast, limit_kw } = gauge;
  const limit = limit_kw ? place(limit_kw / end) : undefined;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <svg viewBox="-132 -128 264 150" className="gauge-dial" role="img" aria-label={told}>
      <path d={arc(0, 1, RADIUS)} className="gauge-track" strokeWidth={WIDTH} />
      {limit_kw ? (
        <path d={arc(limit_kw / end, 1, RADIUS)} className="gauge-over" strokeWidth={WIDTH} />
      ) : null}
      {cast && (
        <>
          <path
            d={arc(0, cast.p50_kw / end, RADIUS)}
            className={`gauge-fill gauge-${gauge.warning}`}
            strokeWidth={WIDTH}
          />
          <path
            d={arc(cast.p50_kw / end, cast.p90_kw / end, RADIUS)}
            className="gauge-band"
            strokeWidth={WIDTH / 3}
          />
        </>
      )}
      {ticks.map((share) => {
        const { x, y } = place(share);
        return (
          <text key={share} x={x * 122} y={y * 118 + 4} className="gauge-tick">
            {format.number(end * share)}
          </text>
        );
      })}
      {limit && (
        <line
          x1={limit.x * 84}
          y1={limit.y * 84}
          x2={limit.x * 114}
          y2={limit.y * 114}
          className="gauge-limit"
        />
      )}
      <text x={0} y={-30} className="gauge-figure">
        {cast ? format.number(cast.p50_kw, 0) : '–'}
      </text>
      <text x={0} y={-12} className="gauge-unit">
        {t('gauge.expected_unit')}
      </text>
    </svg>
  );
}
