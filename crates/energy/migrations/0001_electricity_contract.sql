-- What customers have agreed on with KEPCO (전기사용계약): the body is JSON, the columns are what is looked for.
CREATE TABLE electricity_contract (
  id TEXT PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX electricity_contract_complex ON electricity_contract (complex_id, id);
