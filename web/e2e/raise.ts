import type { Api } from './fixtures';

interface Device {
  id: string;
  key: string;
  name: string;
  complex_id: string;
}
interface Point {
  id: string;
  key: string;
  name: string;
  kind: string;
}

/** A sensor of the complex with one of its points. */
export async function aSensor(api: Api): Promise<{ device: Device; point: Point }> {
  const devices = await api.items<Device & { kind: string }>('/devices?limit=500');
  for (const device of devices.filter((each) => each.kind === 'sensor')) {
    const points = await api.items<Point>(`/points?device=${device.id}`);
    const point = points.find((each) => each.key === 'temperature' && each.kind === 'gauge');
    if (point) return { device, point };
  }
  throw new Error('the demonstration has no sensor with a temperature');
}

/** Sends a reading of now: the value known last, so that nothing about it is doubtful. */
export async function sendReading(api: Api, device: Device, point: Point) {
  const [latest] = await api.items<{ value: number }>(`/points/latest?ids=${point.id}`);
  await api.send('POST', '/readings', {
    device: device.key,
    readings: [{ point: point.key, at: new Date().toISOString(), value: latest?.value ?? 11.5 }],
  });
}

/**
 * Raises one alarm of its own for a test: a rule that every temperature breaks, and a reading. Gives the
 * name of the rule, which stands in the alarm's title.
 */
export async function raiseAlarm(api: Api, name: string) {
  const { device, point } = await aSensor(api);
  const rule = await api.send<{ id: string; version: number }>('POST', '/alarm_rules', {
    complex_id: device.complex_id,
    name,
    target: { kind: 'point', point_id: point.id },
    condition: { kind: 'threshold', direction: 'above', limit: -70 },
    grade: 'danger',
    rationale: {
      cause: '시험',
      consequence: '시험',
      corrective_action: '시험용 경보이니 확인만 하세요.',
      time_to_respond_s: 600,
    },
  });
  await sendReading(api, device, point);
  return {
    device,
    point,
    end: () =>
      api.send('PATCH', `/alarm_rules/${rule.id}`, { version: rule.version, enabled: false }),
  };
}

/** A device of its own for a test, with three readings of an hour ago: 40, 50 and 60 dB(A). */
export async function aNoiseMeter(api: Api, name: string) {
  const key = `n${Date.now()}`;
  const [complex] = await api.items<{ id: string }>('/complexes');
  const device = await api.send<Device>('POST', '/devices', {
    complex_id: complex?.id,
    key,
    name: `${name} ${key}`,
    kind: 'sensor',
  });
  const point = await api.send<Point>('POST', '/points', {
    device_id: device.id,
    key: 'noise',
    name: '소음',
    quantity: 'noise',
    unit: 'dB(A)',
    kind: 'gauge',
    expected_interval_s: 60,
  });
  const start = Date.now() - 3_600_000;
  await api.send('POST', '/readings', {
    device: key,
    readings: [40, 50, 60].map((value, index) => ({
      point: 'noise',
      at: new Date(start + index * 60_000).toISOString(),
      value,
    })),
  });
  return { device, point };
}
