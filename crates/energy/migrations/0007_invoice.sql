-- Invoices of the utility as they were typed in (청구서): one for each month of a contract.
CREATE TABLE invoice (
  contract_id TEXT NOT NULL,
  month TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (contract_id, month)
);
