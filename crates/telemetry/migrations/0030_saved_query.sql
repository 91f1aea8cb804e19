-- Questions that somebody keeps: of the page of questions, or in SQL.
CREATE TABLE saved_query (
  id TEXT PRIMARY KEY,
  -- The actor that keeps it.
  owner TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  -- Where it is shared; NULL: only its owner sees it.
  complex_id TEXT,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  spec TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (owner, name)
);
