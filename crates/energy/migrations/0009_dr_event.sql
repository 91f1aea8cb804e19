-- Calls for a reduction (수요반응 발령): the body is JSON, the columns are what is looked for.
CREATE TABLE dr_event (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  complex_id TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX dr_event_contract ON dr_event (contract_id, id);
