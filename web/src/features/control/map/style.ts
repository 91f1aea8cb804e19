import type { FeatureCollection } from 'geojson';
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

export type Scheme = 'light' | 'dark';

/** How an area of one kind looks: fill and edge, for light and dark. */
interface Area {
  kind: string;
  light: readonly [fill: string, edge: string];
  dark: readonly [fill: string, edge: string];
}

/** Areas in drawing order, the lowest first. */
const AREAS: readonly Area[] = [
  { kind: 'land', light: ['#edefe9', '#edefe9'], dark: ['#14171b', '#14171b'] },
  { kind: 'farmland', light: ['#e6ebd8', '#d9e0c6'], dark: ['#181d17', '#20271f'] },
  { kind: 'residential', light: ['#e9e6e1', '#dcd8d1'], dark: ['#1b1c20', '#23252a'] },
  { kind: 'green', light: ['#d0e4cb', '#bcd6b6'], dark: ['#1a2b1e', '#223826'] },
  { kind: 'water', light: ['#b5d5ee', '#9cc5e4'], dark: ['#14304a', '#1b3f60'] },
  { kind: 'complex', light: ['#e1e8f5', '#e1e8f5'], dark: ['#182031', '#182031'] },
  { kind: 'block', light: ['#f2f4f8', '#d3d9e4'], dark: ['#1f2735', '#2b3547'] },
  { kind: 'parking', light: ['#dfe6f2', '#b9c6dc'], dark: ['#263149', '#3a4a6b'] },
  { kind: 'building', light: ['#d5dae3', '#b9c0cc'], dark: ['#2f3a4c', '#41506a'] },
];

/** How a line of one kind looks: colour for light and dark, width at two zooms, dashes. */
interface Stroke {
  kind: string;
  light: string;
  dark: string;
  width: readonly [far: number, near: number];
  dash?: [number, number];
}

const STROKES: readonly Stroke[] = [
  { kind: 'stream', light: '#a5cbe8', dark: '#1d4468', width: [2, 14] },
  { kind: 'road_side', light: '#c9ced6', dark: '#333c4b', width: [1.5, 13] },
  { kind: 'road_side', light: '#ffffff', dark: '#262d39', width: [0.8, 10] },
  { kind: 'road_main', light: '#b4bbc6', dark: '#465065', width: [3, 24] },
  { kind: 'road_main', light: '#ffffff', dark: '#323b4b', width: [2, 20] },
  { kind: 'rail', light: '#8a94a3', dark: '#5d6878', width: [1.5, 4], dash: [3, 1.5] },
  { kind: 'complex', light: '#0b50d0', dark: '#86aff9', width: [1.5, 3], dash: [3, 2] },
];

const GROUND: Record<Scheme, string> = { light: '#edefe9', dark: '#14171b' };

function areaLayer(area: Area, scheme: Scheme): LayerSpecification {
  const [fill, edge] = area[scheme];
  return {
    id: `area-${area.kind}`,
    type: 'fill',
    source: 'base',
    filter: ['==', ['get', 'kind'], area.kind],
    paint: { 'fill-color': fill, 'fill-outline-color': edge },
  };
}

function strokeLayer(stroke: Stroke, index: number, scheme: Scheme): LayerSpecification {
  const [far, near] = stroke.width;
  return {
    id: `stroke-${index}-${stroke.kind}`,
    type: 'line',
    source: 'base',
    filter: ['==', ['get', 'kind'], stroke.kind],
    layout: { 'line-cap': stroke.dash ? 'butt' : 'round', 'line-join': 'round' },
    paint: {
      'line-color': stroke[scheme],
      'line-width': ['interpolate', ['exponential', 1.7], ['zoom'], 12, far, 17, near],
      ...(stroke.dash ? { 'line-dasharray': stroke.dash } : {}),
    },
  };
}

/** The whole base map from our own geometry: no tile, glyph or sprite is fetched. */
export function schematicStyle(base: FeatureCollection, scheme: Scheme): StyleSpecification {
  return {
    version: 8,
    sources: { base: { type: 'geojson', data: base } },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': GROUND[scheme] } },
      ...AREAS.slice(0, -1).map((area) => areaLayer(area, scheme)),
      ...STROKES.map((stroke, index) => strokeLayer(stroke, index, scheme)),
      ...AREAS.slice(-1).map((area) => areaLayer(area, scheme)),
    ],
  };
}

/** The operator's own tiles in place of the schematic one. */
export function tileStyle(url: string): StyleSpecification {
  return {
    version: 8,
    sources: { tiles: { type: 'raster', tiles: [url], tileSize: 256 } },
    layers: [{ id: 'tiles', type: 'raster', source: 'tiles' }],
  };
}
