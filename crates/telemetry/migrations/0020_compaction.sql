-- Segments of several days, made by compaction, and what was deleted from them.
-- Of two segments with the same series and time the greater `precedence` wins. A flush gives its last
-- batch; a compaction gives the least of its inputs.
-- Tombstones with a greater `seq` than a segment's `tombstone_seq` apply to it.
ALTER TABLE segment ADD COLUMN last_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE segment ADD COLUMN precedence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE segment ADD COLUMN tombstone_seq BIGINT NOT NULL DEFAULT 0;
-- The sum keeps the division positive: it then rounds down on both engines.
UPDATE segment SET precedence = batch_hi,
  last_day = (max_at_ms + 8640000000000) / 86400000 - 100000;
CREATE INDEX segment_dead ON segment (dead_at);

-- Readings that were deleted: of the series `min_series` to `max_series`, of `from_ms` until `until_ms`
-- (excluded), that had come with batches up to `batch_hi`. A row goes when no file holds such a reading.
CREATE TABLE tombstone (
  id TEXT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  erasure_id TEXT NOT NULL,
  min_series BIGINT NOT NULL,
  max_series BIGINT NOT NULL,
  from_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  batch_hi BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX tombstone_series ON tombstone (min_series, max_series);

-- What was erased, why, by whom or by which rule, and until when something of it was left.
CREATE TABLE erasure (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  complex_id TEXT,
  reason TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  series_count BIGINT NOT NULL,
  what TEXT NOT NULL,
  seq BIGINT NOT NULL,
  batch_hi BIGINT NOT NULL,
  reading_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  complete_at BIGINT
);
CREATE INDEX erasure_open ON erasure (complete_at);

-- The files that an erasure rewrote or removed.
CREATE TABLE erasure_file (
  id TEXT NOT NULL PRIMARY KEY,
  erasure_id TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  reading_count BIGINT NOT NULL,
  new_path TEXT,
  new_sha256 TEXT,
  gone_at BIGINT
);
CREATE INDEX erasure_file_erasure ON erasure_file (erasure_id);
CREATE INDEX erasure_file_path ON erasure_file (path);
