-- Saved layouts of interval files; `spec` is JSON.
CREATE TABLE column_mapping (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  name TEXT NOT NULL,
  spec TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (complex_id, name)
);
