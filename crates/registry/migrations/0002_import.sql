-- Files that were read in, row by row, and what a person must still decide.

CREATE TABLE registry_import (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  encoding TEXT NOT NULL,
  columns TEXT NOT NULL,
  rows_total BIGINT NOT NULL,
  counts TEXT NOT NULL,
  state TEXT NOT NULL,
  taken_by TEXT NOT NULL,
  taken_at BIGINT NOT NULL,
  committed_at BIGINT
);
CREATE INDEX registry_import_by_complex ON registry_import (complex_id, id);

CREATE TABLE registry_import_row (
  import_id TEXT NOT NULL REFERENCES registry_import (id),
  line BIGINT NOT NULL,
  action TEXT NOT NULL,
  row_values TEXT NOT NULL,
  row_errors TEXT NOT NULL,
  candidates TEXT NOT NULL,
  target_id TEXT,
  applied BIGINT NOT NULL,
  PRIMARY KEY (import_id, line)
);

CREATE TABLE review_item (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  import_id TEXT NOT NULL REFERENCES registry_import (id),
  line BIGINT NOT NULL,
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  row_values TEXT NOT NULL,
  candidates TEXT NOT NULL,
  state TEXT NOT NULL,
  target_id TEXT,
  decided_by TEXT,
  decided_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (import_id, line)
);
CREATE INDEX review_item_by_state ON review_item (complex_id, state, id);
