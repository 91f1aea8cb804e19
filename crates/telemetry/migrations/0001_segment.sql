-- The catalogue of the readings' segments: Parquet files that are written whole and never changed.
-- A segment holds readings of one UTC day (`day`, counted from 1970-01-01) that came with the batches
-- `batch_lo` to `batch_hi`; of two segments with the same series and time the greater `batch_hi` wins.
CREATE TABLE segment (
  id TEXT NOT NULL PRIMARY KEY,
  path TEXT NOT NULL,
  day BIGINT NOT NULL,
  level BIGINT NOT NULL,
  min_at_ms BIGINT NOT NULL,
  max_at_ms BIGINT NOT NULL,
  min_series BIGINT NOT NULL,
  max_series BIGINT NOT NULL,
  reading_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  batch_lo BIGINT NOT NULL,
  batch_hi BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  dead_at BIGINT
);
CREATE INDEX segment_day ON segment (day, dead_at);

-- How far the log of each day of readings is kept in segments: batches up to `batch_hi` are.
CREATE TABLE log_checkpoint (
  day BIGINT NOT NULL PRIMARY KEY,
  batch_hi BIGINT NOT NULL
);
