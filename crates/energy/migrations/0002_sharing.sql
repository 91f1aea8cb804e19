-- How much each tenant shares: one row for each choice, so that it is known since when which level held.
CREATE TABLE sharing_level (
  establishment_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  complex_id TEXT NOT NULL,
  level BIGINT NOT NULL,
  floor_area_m2 DOUBLE PRECISION,
  chosen_at BIGINT NOT NULL,
  chosen_by TEXT NOT NULL,
  PRIMARY KEY (establishment_id, version)
);
CREATE INDEX sharing_level_complex ON sharing_level (complex_id, establishment_id, version);

-- What tenants let others read: the body is JSON, the columns are what is looked for.
CREATE TABLE sharing_grant (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX sharing_grant_complex ON sharing_grant (complex_id, id);
CREATE INDEX sharing_grant_owner ON sharing_grant (establishment_id, id);

-- Who read what of a tenant under a grant; rows are never changed.
CREATE TABLE sharing_read (
  id TEXT NOT NULL PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES sharing_grant (id),
  establishment_id TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  value_count BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX sharing_read_owner ON sharing_read (establishment_id, id);
CREATE INDEX sharing_read_grant ON sharing_read (grant_id, id);

-- Groups of a month and what was published of them; kind is total or benchmark.
CREATE TABLE sharing_group (
  complex_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  month TEXT NOT NULL,
  code TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (complex_id, kind, month, code)
);
