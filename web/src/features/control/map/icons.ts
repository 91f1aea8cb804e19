import type { Map as MapLibre } from 'maplibre-gl';
import type { DeviceKind } from '../../../api/types';
import type { Health } from '../../../app/vocabulary/health';
import type { Scheme } from './style';

const SIZE = 44;
const KINDS: readonly DeviceKind[] = [
  'sensor',
  'meter',
  'gateway',
  'camera',
  'vehicle',
  'sign',
  'other',
];
const HEALTHS: readonly Health[] = ['live', 'silent', 'never', 'unknown'];

const FILL: Record<Scheme, Record<Health, string>> = {
  light: { live: '#0b50d0', silent: '#8a6d00', never: '#7d8791', unknown: '#7d8791' },
  dark: { live: '#6a9bf7', silent: '#e3c76b', never: '#8a949e', unknown: '#8a949e' },
};

/** Each kind has its own outline: sensor round, meter square, gateway diamond, camera triangle. */
function outline(context: CanvasRenderingContext2D, kind: DeviceKind) {
  const middle = SIZE / 2;
  const r = SIZE * 0.3;
  context.beginPath();
  if (kind === 'meter') context.rect(middle - r * 0.85, middle - r * 0.85, r * 1.7, r * 1.7);
  else if (kind === 'gateway' || kind === 'sign') polygon(context, middle, r * 1.15, 4, 0);
  else if (kind === 'camera') polygon(context, middle, r * 1.2, 3, -Math.PI / 2);
  else if (kind === 'vehicle') polygon(context, middle, r * 1.1, 6, 0);
  else context.arc(middle, middle, r, 0, Math.PI * 2);
  context.closePath();
}

function polygon(
  context: CanvasRenderingContext2D,
  middle: number,
  r: number,
  corners: number,
  turn: number,
) {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (corner * Math.PI * 2) / corners;
    context.lineTo(middle + r * Math.cos(angle), middle + r * Math.sin(angle));
  }
}

function draw(kind: DeviceKind, health: Health, scheme: Scheme): ImageData | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  outline(context, kind);
  context.lineWidth = 4;
  context.strokeStyle = scheme === 'dark' ? '#0b0c0f' : '#ffffff';
  context.stroke();
  context.fillStyle = FILL[scheme][health];
  // What is silent is hollow: the difference stands without colour.
  if (health === 'live') context.fill();
  else {
    context.fillStyle = scheme === 'dark' ? '#15181d' : '#ffffff';
    context.fill();
    context.lineWidth = 3.5;
    context.strokeStyle = FILL[scheme][health];
    context.setLineDash(health === 'never' ? [4, 4] : []);
    context.stroke();
  }
  return context.getImageData(0, 0, SIZE, SIZE);
}

/** Draws the pictures of all kinds and states; none is fetched. */
export function addIcons(map: MapLibre, scheme: Scheme) {
  for (const kind of KINDS) {
    for (const health of HEALTHS) {
      const name = `${kind}-${health}`;
      const image = draw(kind, health, scheme);
      if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2 });
    }
  }
}
