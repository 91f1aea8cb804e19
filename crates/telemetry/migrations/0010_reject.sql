-- Refused readings, summed up by device, point, reason and hour. An unknown device has no complex.
CREATE TABLE reading_reject (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT,
  establishment_id TEXT,
  device_key TEXT NOT NULL,
  point_key TEXT NOT NULL,
  code TEXT NOT NULL,
  hour BIGINT NOT NULL,
  count BIGINT NOT NULL,
  detail TEXT NOT NULL,
  sample TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  UNIQUE (device_key, point_key, code, hour)
);
CREATE INDEX reading_reject_hour ON reading_reject (hour);
CREATE INDEX reading_reject_complex ON reading_reject (complex_id, id);
