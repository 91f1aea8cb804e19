-- Measures that shall save energy (절감 조치): the body is JSON, the columns are what is looked for.
-- The summary is the body without its long series, for lists.
CREATE TABLE saving_measure (
  id TEXT PRIMARY KEY,
  complex_id TEXT NOT NULL,
  establishment_id TEXT,
  contract_id TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX saving_measure_complex ON saving_measure (complex_id, id);
