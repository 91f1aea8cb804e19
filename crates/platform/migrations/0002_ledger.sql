-- A row is written unsealed, in the transaction of the change; one task seals rows within a second.
CREATE TABLE audit_entry (
  id TEXT NOT NULL PRIMARY KEY,
  chain TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- What was changed. Personal payload lies here alone; only its hash is chained, so that it can be erased.
  detail TEXT,
  detail_sha256 TEXT NOT NULL,
  seq BIGINT,
  previous_sha256 TEXT,
  sha256 TEXT
);
CREATE UNIQUE INDEX audit_entry_chain ON audit_entry (chain, seq);
CREATE INDEX audit_entry_subject ON audit_entry (subject, id);
CREATE INDEX audit_entry_unsealed ON audit_entry (id) WHERE seq IS NULL;
