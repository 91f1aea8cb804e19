import { Paper, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { FeatureCollection } from 'geojson';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { openAlarmsQuery } from '../../../api/control';
import { systemQuery } from '../../../api/platform';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import { latestQuery } from '../../../api/telemetry';
import type { Alarm } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { healthOf, needsCare } from '../../../app/vocabulary/health';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { useNow } from '../../../ui/useNow';
import { AlarmDrawer } from '../alarm/AlarmDrawer';
import { AlarmQueue } from '../alarm/AlarmQueue';
import { alarmTitle } from '../alarm/words';
import { ControlMap } from './ControlMap';
import { DevicePanel } from './DevicePanel';
import { type AlarmPlace, alarmPlaces, deviceFeatures, deviceOf } from './places';

const route = getRouteApi('/app/control');
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

const basemapQuery = {
  queryKey: ['basemap'],
  queryFn: async () =>
    (await (await fetch('/basemap/jeonju-schematic.geojson')).json()) as FeatureCollection,
  staleTime: Number.POSITIVE_INFINITY,
};

const byId = <T extends { id: string }>(rows: readonly T[]) =>
  new Map(rows.map((row) => [row.id, row]));

/** What the map and the queue show, read once for both. */
function useScene(complex: string | undefined, silentOnly: boolean) {
  const { data: devices = [] } = useQuery(devicesQuery(complex));
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: latest = [] } = useQuery(latestQuery({ complex }));
  const alarms = useQuery(openAlarmsQuery(complex));
  const minute = useNow(30_000);
  const deviceById = useMemo(() => byId(devices), [devices]);
  const pointById = useMemo(() => byId(points), [points]);
  const health = useMemo(
    () => healthOf(devices, points, latest, minute),
    [devices, points, latest, minute],
  );
  const place = useCallback(
    (alarm: Alarm) => alarm.place ?? deviceOf(alarm, deviceById, pointById)?.position ?? undefined,
    [deviceById, pointById],
  );
  const drawn = useMemo(
    () =>
      deviceFeatures(
        devices.filter((each) =>
          silentOnly ? needsCare(health.get(each.id)?.health) : each.state !== 'retired',
        ),
        health,
      ),
    [devices, health, silentOnly],
  );
  const signs = useMemo(() => alarmPlaces(alarms.data ?? [], place), [alarms.data, place]);
  return { points, latest, alarms, deviceById, pointById, health, place, drawn, signs };
}

/** The control room: what needs me now, and where. */
export function ControlPage() {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const { alarm, device, silent, open } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: system } = useQuery(systemQuery);
  const { data: base = NOTHING } = useQuery(basemapQuery);
  const scene = useScene(complex, silent === true);
  const { deviceById, pointById, place } = scene;

  const selectAlarm = (next: string | undefined, opened?: true) =>
    navigate({
      search: (old) => ({ ...old, alarm: next, device: undefined, open: opened }),
      replace: true,
    });
  const chosen = scene.alarms.data?.find((each) => each.id === alarm);
  const chosenDevice = deviceById.get(device ?? '');
  const at = chosen && place(chosen);
  const [lon, lat] = [at?.lon, at?.lat];
  const look = useMemo(
    () => (lon === undefined || lat === undefined ? undefined : { lon, lat }),
    [lon, lat],
  );
  const alarmWords = ({ alarm: worst, count }: AlarmPlace) =>
    `${t(`grade.${worst.grade}`)}: ${alarmTitle(worst, t)}${count > 1 ? ` (${count})` : ''}`;
  const marked = device ?? (chosen && deviceOf(chosen, deviceById, pointById)?.id);

  return (
    <Page
      title={t('control.title')}
      help={t('control.help')}
      asOf={scene.alarms.dataUpdatedAt}
      fill
      actions={
        <Switch
          label={t('control.silent_only')}
          checked={silent === true}
          onChange={(event) => {
            const checked = event.currentTarget.checked;
            navigate({ search: (old) => ({ ...old, silent: checked || undefined }) });
          }}
        />
      }
    >
      <div className="control">
        <Paper withBorder className="control-map">
          <ControlMap
            base={base}
            tiles={system?.map_tile_url ?? undefined}
            devices={scene.drawn}
            alarms={scene.signs}
            selected={marked}
            look={look}
            alarmWords={alarmWords}
            onDevice={(next) =>
              navigate({ search: (old) => ({ ...old, device: next }), replace: true })
            }
            onAlarm={(next) => selectAlarm(next, true)}
          />
          {chosenDevice && (
            <DevicePanel
              device={chosenDevice}
              points={scene.points}
              latest={scene.latest}
              health={scene.health.get(chosenDevice.id)}
              onClose={() => navigate({ search: (old) => ({ ...old, device: undefined }) })}
            />
          )}
        </Paper>
        <Paper
          withBorder
          p="sm"
          className="control-queue"
          component="section"
          aria-label={t('alarm.queue')}
        >
          <Answer of={scene.alarms}>
            {(alarms) => (
              <AlarmQueue
                alarms={alarms}
                selected={alarm}
                where={(each) => deviceOf(each, deviceById, pointById)?.name}
                onSelect={(next) => selectAlarm(next)}
                onOpen={(next) => selectAlarm(next, true)}
              />
            )}
          </Answer>
        </Paper>
      </div>
      {alarm && open && <AlarmDrawer id={alarm} onClose={() => selectAlarm(alarm)} />}
    </Page>
  );
}
