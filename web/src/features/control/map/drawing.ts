import type { FeatureCollection } from 'geojson';
import type * as MapLibreTypes from 'maplibre-gl';
import maplibre from 'maplibre-gl/dist/maplibre-gl-csp';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-csp-worker?url';
import type { Grade } from '../../../api/types';
import { addIcons } from './icons';
import { type AlarmPlace, type Box, boxOf, labelsOf } from './places';
import { type Scheme, schematicStyle, tileStyle } from './style';

maplibre.setWorkerUrl(workerUrl);

/** Palbok-dong: where the map stands before there is anything to show. */
const START: [number, number] = [127.093, 35.855];
const START_ZOOM = 13;
const NEAR_ZOOM = 15.2;

const SHAPES: Record<Grade, string> = {
  caution: '<circle cx="10" cy="10" r="8"/>',
  warning: '<path d="M10 1.5 19 18H1z"/>',
  danger: '<path d="M10 .8 19.2 10 10 19.2.8 10z"/>',
  emergency: '<path d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z"/>',
};

interface Handlers {
  onDevice: (id: string | undefined) => void;
  onAlarm: (id: string) => void;
  /** Words of an alarm's sign, for those who cannot see it. */
  alarmWords: (place: AlarmPlace) => string;
}

export interface Scene {
  base: FeatureCollection;
  tiles: string | undefined;
  scheme: Scheme;
  devices: FeatureCollection;
  alarms: AlarmPlace[];
  selected: string | undefined;
}

/** The map and what lies on it. React tells it the scene; it draws the difference. */
export class Drawing {
  private readonly map: MapLibreTypes.Map;
  private readonly handlers: Handlers;
  private readonly signs = new Map<string, MapLibreTypes.Marker>();
  private labels: MapLibreTypes.Marker[] = [];
  private styled = '';
  private fitted = false;
  private scene: Scene | undefined;

  constructor(container: HTMLElement, handlers: Handlers) {
    this.handlers = handlers;
    this.map = new maplibre.Map({
      container,
      style: { version: 8, sources: {}, layers: [] },
      center: START,
      zoom: START_ZOOM,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    // Words of lesser rank wait for a closer look, so that they do not cover each other.
    this.map.on('zoom', () => {
      container.dataset.near = String(this.map.getZoom() >= NEAR_ZOOM);
    });
    this.map.on('style.load', () => this.drawDevices());
    this.map.on('click', (event) => {
      const layers = this.map.getLayer('devices') ? ['devices'] : [];
      const [found] = layers.length
        ? this.map.queryRenderedFeatures(around(event.point), { layers })
        : [];
      this.handlers.onDevice(found ? String(found.properties.id) : undefined);
    });
    this.map.on('mousemove', 'devices', () => {
      this.map.getCanvas().style.cursor = 'pointer';
    });
    this.map.on('mouseleave', 'devices', () => {
      this.map.getCanvas().style.cursor = '';
    });
  }

  show(scene: Scene) {
    this.scene = scene;
    const style = `${scene.tiles ?? ''} ${scene.scheme} ${scene.base.features.length}`;
    if (style !== this.styled) {
      this.styled = style;
      this.map.setStyle(
        scene.tiles ? tileStyle(scene.tiles) : schematicStyle(scene.base, scene.scheme),
        { diff: false },
      );
      this.drawLabels(scene);
    } else {
      this.drawDevices();
    }
    this.drawAlarms(scene.alarms);
    if (!this.fitted) this.fitted = this.fit(boxOf(scene.devices));
    if (!this.fitted) this.fit(boxOf(complexesOf(scene.base)));
  }

  zoom(step: 1 | -1) {
    this.map.zoomTo(this.map.getZoom() + step);
  }

  home() {
    const scene = this.scene;
    if (scene) this.fit(boxOf(scene.devices) ?? boxOf(complexesOf(scene.base)));
  }

  look(at: { lon: number; lat: number }) {
    this.map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(15, this.map.getZoom()) });
  }

  resize() {
    this.map.resize();
  }

  remove() {
    this.map.remove();
  }

  private fit(box: Box | undefined): boolean {
    if (!box) return false;
    this.map.fitBounds(box, { padding: 40, maxZoom: 16, animate: false });
    return true;
  }

  private drawDevices() {
    const scene = this.scene;
    // Before its style is there the map takes no source; `style.load` comes back here.
    if (!scene || !this.map.isStyleLoaded()) {
      if (scene) this.map.once('idle', () => this.drawDevices());
      return;
    }
    addIcons(this.map, scene.scheme);
    const known = this.map.getSource<MapLibreTypes.GeoJSONSource>('devices');
    if (known) known.setData(scene.devices);
    else {
      this.map.addSource('devices', { type: 'geojson', data: scene.devices });
      this.map.addLayer({
        id: 'chosen',
        type: 'circle',
        source: 'devices',
        filter: ['==', ['get', 'id'], ''],
        paint: {
          'circle-radius': 17,
          'circle-color': 'rgba(0,0,0,0)',
          'circle-stroke-width': 3,
          'circle-stroke-color': scene.scheme === 'dark' ? '#ffffff' : '#1e2124',
        },
      });
      this.map.addLayer({
        id: 'devices',
        type: 'symbol',
        source: 'devices',
        layout: {
          'icon-image': ['get', 'icon'],
          'icon-allow-overlap': true,
          'icon-size': ['interpolate', ['linear'], ['zoom'], 12, 0.55, 16, 1],
        },
      });
    }
    this.map.setFilter('chosen', ['==', ['get', 'id'], scene.selected ?? '']);
  }

  private drawLabels(scene: Scene) {
    for (const label of this.labels) label.remove();
    const named = scene.tiles ? [] : labelsOf(scene.base);
    this.labels = named.map(({ words, rank, at }) => {
      const element = document.createElement('div');
      element.className = `map-label map-label-${rank}`;
      element.textContent = words;
      return new maplibre.Marker({ element }).setLngLat(at).addTo(this.map);
    });
  }

  private drawAlarms(places: AlarmPlace[]) {
    const wanted = new Set(places.map((place) => place.key));
    for (const [key, sign] of this.signs) {
      if (wanted.has(key)) continue;
      sign.remove();
      this.signs.delete(key);
    }
    for (const place of places) {
      let sign = this.signs.get(place.key);
      if (!sign) {
        const element = document.createElement('button');
        element.type = 'button';
        element.addEventListener('click', (event) => {
          event.stopPropagation();
          if (element.dataset.alarm) this.handlers.onAlarm(element.dataset.alarm);
        });
        sign = new maplibre.Marker({ element }).setLngLat([place.lon, place.lat]).addTo(this.map);
        this.signs.set(place.key, sign);
      }
      this.dress(sign.getElement(), place);
    }
  }

  private dress(element: HTMLElement, place: AlarmPlace) {
    const { grade, id } = place.alarm;
    element.classList.add('alarm-sign');
    element.dataset.alarm = id;
    element.dataset.grade = grade;
    element.dataset.unseen = String(place.unseen);
    element.setAttribute('aria-label', this.handlers.alarmWords(place));
    const drawn = `${grade} ${place.count}`;
    if (element.dataset.drawn === drawn) return;
    element.dataset.drawn = drawn;
    element.innerHTML =
      `<svg viewBox="0 0 20 20" width="24" height="24" aria-hidden="true">${SHAPES[grade]}</svg>` +
      (place.count > 1 ? `<span aria-hidden="true">${place.count}</span>` : '');
  }
}

/** Only the complexes of the base map: the land around them is wide. */
function complexesOf(base: FeatureCollection): FeatureCollection {
  return { ...base, features: base.features.filter((each) => each.properties?.kind === 'complex') };
}

/** A little room around the click: a finger is wider than an icon. */
function around({ x, y }: { x: number; y: number }): [[number, number], [number, number]] {
  const reach = 8;
  return [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
}
