-- OPC UA servers that the platform subscribes to. The node list lies in the body; passwords never do.
CREATE TABLE opcua_source (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX opcua_source_complex ON opcua_source (complex_id, id);
