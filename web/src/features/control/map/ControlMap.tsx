import { ActionIcon, Paper, Stack, Text, Tooltip, useComputedColorScheme } from '@mantine/core';
import {
  IconHome2,
  IconMinus,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
} from '@tabler/icons-react';
import type { FeatureCollection } from 'geojson';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recall, remember } from '../../../ui/remember';
import { Drawing } from './drawing';
import type { AlarmPlace } from './places';

interface ControlMapProps {
  base: FeatureCollection;
  tiles: string | undefined;
  devices: FeatureCollection;
  alarms: AlarmPlace[];
  selected: string | undefined;
  look: { lon: number; lat: number } | undefined;
  alarmWords: (place: AlarmPlace) => string;
  onDevice: (id: string | undefined) => void;
  onAlarm: (id: string) => void;
}

/** The map of the complex: devices by kind and health, signs where alarms are open. */
export function ControlMap(props: ControlMapProps) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!box.current) return;
    const made = new Drawing(box.current, {
      onDevice: (id) => latest.current.onDevice(id),
      onAlarm: (id) => latest.current.onAlarm(id),
      alarmWords: (place) => latest.current.alarmWords(place),
    });
    drawing.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.remove();
      drawing.current = null;
    };
  }, []);

  const [still, setStill] = useState(() => recall('map.still', false));
  const toggleStill = () => {
    remember('map.still', !still);
    setStill(!still);
  };
  const { base, tiles, devices, alarms, selected, look } = props;
  useEffect(() => {
    drawing.current?.show({ base, tiles, scheme, devices, alarms, selected });
  }, [base, tiles, scheme, devices, alarms, selected]);
  useEffect(() => {
    if (look) drawing.current?.look(look);
  }, [look]);

  const buttons = [
    { word: t('control.zoom_in'), Icon: IconPlus, act: () => drawing.current?.zoom(1) },
    { word: t('control.zoom_out'), Icon: IconMinus, act: () => drawing.current?.zoom(-1) },
    { word: t('control.whole'), Icon: IconHome2, act: () => drawing.current?.home() },
  ];
  return (
    <div className={still ? 'map-box still' : 'map-box'}>
      <div ref={box} className="map" role="application" aria-label={t('control.map')} />
      <Stack gap={4} className="map-buttons">
        {buttons.map(({ word, Icon, act }) => (
          <Tooltip label={word} position="left" key={word}>
            <ActionIcon variant="default" size="lg" aria-label={word} onClick={act}>
              <Icon size={18} />
            </ActionIcon>
          </Tooltip>
        ))}
        <Tooltip label={t('control.stop_motion')} position="left">
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('control.stop_motion')}
            aria-pressed={still}
            onClick={toggleStill}
          >
            {still ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
          </ActionIcon>
        </Tooltip>
      </Stack>
      {!tiles && (
        <Paper className="map-note" px={8} py={2} withBorder>
          <Text size="xs" fw={600}>
            {t('control.schematic')}
          </Text>
        </Paper>
      )}
    </div>
  );
}
