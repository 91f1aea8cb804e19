-- Corrections of readings: who put which value in the place of which other, and why. Rows are never
-- deleted or rewritten but for `in_force`, `written` and the undoing. `new_value` NULL: struck out.
CREATE TABLE correction (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  point_id TEXT NOT NULL,
  series BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  version BIGINT NOT NULL,
  old_value DOUBLE PRECISION NOT NULL,
  old_quality BIGINT NOT NULL,
  new_value DOUBLE PRECISION,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  undone_by TEXT,
  undone_at BIGINT,
  undo_reason TEXT,
  in_force BIGINT NOT NULL,
  written BIGINT NOT NULL,
  UNIQUE (point_id, at_ms, version)
);
CREATE INDEX correction_series ON correction (in_force, series);
CREATE INDEX correction_unwritten ON correction (written, id);
