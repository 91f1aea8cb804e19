-- Everything that the platform asks by itself (수집원), of every kind. The body holds the name and the
-- connection; a secret never lies in it.
CREATE TABLE source (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  complex_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX source_complex ON source (complex_id, id);
CREATE INDEX source_device ON source (device_id, id);
-- The rows of the two tables before it; these stay as they were, unread, until a later release.
INSERT INTO source (id, kind, complex_id, device_id, enabled, body, version, updated_at)
  SELECT id, 'modbus', complex_id, device_id, enabled, body, version, updated_at FROM modbus_source;
INSERT INTO source (id, kind, complex_id, device_id, enabled, body, version, updated_at)
  SELECT id, 'opcua', complex_id, device_id, enabled, body, version, updated_at FROM opcua_source;
