-- Connections to demand response servers (수요반응 서버 연결): the body is JSON, the secret is sealed.
CREATE TABLE vtn_connection (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  complex_id TEXT NOT NULL,
  body TEXT NOT NULL,
  secret TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX vtn_connection_contract ON vtn_connection (contract_id, id);
-- Calls that a server announced (발령 제안). `told` is 1 while the control centre holds a signal of it.
CREATE TABLE dr_proposal (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  complex_id TEXT NOT NULL,
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  told BIGINT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX dr_proposal_event ON dr_proposal (contract_id, source, event_id, number);
CREATE INDEX dr_proposal_source ON dr_proposal (source, ends_at);
CREATE INDEX dr_proposal_told ON dr_proposal (told, ends_at);
