-- Roll-ups: the readings of one segment by minute, quarter of an hour, hour or day. Each is made from its
-- segment alone and goes with it, so that it is never out of date. `covered` lists the series that it
-- stands for ('0-49,120'); of the others the segment itself is read. Without a path it covers none.
CREATE TABLE rollup (
  segment_id TEXT NOT NULL,
  width_ms BIGINT NOT NULL,
  path TEXT,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  covered TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (segment_id, width_ms)
);

-- An erasure deletes the corrections of what it erases.
CREATE INDEX correction_time ON correction (series, at_ms);
