-- Interval files that were looked at, and what became of them. The file lies in the blob store until
-- it is committed or expires; `spec` (how it was read) and `actor` (who brought it) are JSON.
CREATE TABLE interval_import (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT,
  device_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  state TEXT NOT NULL,
  spec TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  added BIGINT,
  replaced BIGINT,
  unchanged BIGINT,
  actor TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  committed_at BIGINT
);
CREATE INDEX interval_import_complex ON interval_import (complex_id, id);
CREATE INDEX interval_import_expiry ON interval_import (state, expires_at);
