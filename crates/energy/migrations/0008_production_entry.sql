-- What was made of a product in a month (생산량), as its people type it: the body is JSON, the columns are what is looked for.
CREATE TABLE production_entry (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  month TEXT NOT NULL,
  code TEXT NOT NULL,
  product TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX production_entry_one ON production_entry (contract_id, month, code, product);
