// Questions to begin with. Each runs as it stands.

export const EXAMPLES = [
  {
    name: 'daily',
    sql: `-- 한국 시간의 하루마다: at은 UTC이므로 9시간을 더한 뒤 자릅니다.
SELECT date_trunc('day', at + interval '9 hours') AS day_kst,
       device_key, sum(value) AS kwh, count(*) AS n
FROM readings
WHERE quantity = 'active_energy' AND at >= now() - interval '30 days'
GROUP BY 1, 2
ORDER BY 1, 2`,
  },
  {
    name: 'worst',
    sql: `SELECT device_key, max(value) AS highest, avg(value) AS mean
FROM readings
WHERE quantity = 'pm25' AND usable AND at >= now() - interval '7 days'
GROUP BY 1
ORDER BY highest DESC
LIMIT 20`,
  },
  {
    name: 'doubtful',
    sql: `SELECT at, device_key, point_key, value, unit, quality
FROM readings
WHERE NOT usable AND at >= now() - interval '7 days'
ORDER BY at DESC
LIMIT 200`,
  },
  {
    name: 'silent',
    sql: `SELECT p.device_key, p.point_key, p.name, max(r.at) AS last_utc
FROM points p
LEFT JOIN readings r ON r.point_id = p.point_id AND r.at >= now() - interval '2 days'
GROUP BY 1, 2, 3
ORDER BY last_utc NULLS FIRST
LIMIT 100`,
  },
] as const;
