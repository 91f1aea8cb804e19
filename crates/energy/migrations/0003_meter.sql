-- Meters of a complex as they stand in their tree (계량 트리): the body is JSON, the columns are what is looked for.
CREATE TABLE meter (
  id TEXT PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX meter_complex ON meter (complex_id, id);
