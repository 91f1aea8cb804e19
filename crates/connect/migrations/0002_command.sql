-- Commands to devices (제어 명령): who asked for what, why, until when, and what the device said.
CREATE TABLE command (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT,
  device_id TEXT NOT NULL,
  device_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  is_open BIGINT NOT NULL,
  sent_at BIGINT,
  sent_count BIGINT NOT NULL,
  ended_at BIGINT,
  detail TEXT,
  version BIGINT NOT NULL
);
CREATE INDEX command_device ON command (device_id, id);
CREATE INDEX command_complex ON command (complex_id, id);
CREATE INDEX command_open ON command (is_open, id);
