-- Devices that are asked over Modbus TCP. The register list lies in the body.
CREATE TABLE modbus_source (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX modbus_source_complex ON modbus_source (complex_id, id);
