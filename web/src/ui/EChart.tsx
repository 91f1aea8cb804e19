import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart, SankeyChart } from 'echarts/charts';
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { chartLocale } from './chartLocale';

use([
  BarChart,
  LineChart,
  SankeyChart,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
]);

/** The reader must hold still this long before a zoom counts. */
const ZOOM_SETTLE_MS = 450;

interface EChartProps {
  option: EChartsCoreOption;
  label: string;
  height: number | string;
  /** Start and end of the part that the reader zoomed to, in the units of the x axis. */
  onZoom?: (from: number, to: number) => void;
  /** Place on the x axis of what the reader clicked on. */
  onPick?: (index: number) => void;
}

interface ZoomState {
  startValue?: number;
  endValue?: number;
  start?: number;
  end?: number;
}

/** A chart that fits its box and the colour scheme. */
export function EChart({ option, label, height, onZoom, onPick }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const scheme = useComputedColorScheme('light');
  const locale = chartLocale(useTranslation().i18n.language);
  const zoomed = useRef(onZoom);
  zoomed.current = onZoom;
  const picked = useRef(onPick);
  picked.current = onPick;

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, scheme === 'dark' ? 'dark' : undefined, { locale });
    chart.current = made;
    let timer: ReturnType<typeof setTimeout> | undefined;
    made.on('datazoom', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const [zoom] = (made.getOption() as { dataZoom?: ZoomState[] }).dataZoom ?? [];
        const whole = zoom?.start === 0 && zoom.end === 100;
        if (zoom?.startValue === undefined || zoom.endValue === undefined || whole) return;
        zoomed.current?.(zoom.startValue, zoom.endValue);
      }, ZOOM_SETTLE_MS);
    });
    made.on('click', ({ dataIndex }) => picked.current?.(dataIndex));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [scheme, locale]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme or language makes another chart.
  useEffect(() => {
    chart.current?.setOption({ backgroundColor: 'transparent', ...option }, { notMerge: true });
  }, [option, scheme, locale]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
