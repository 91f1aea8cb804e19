-- What people said of anomalies (이상 판정): one verdict for each kind and beginning of a contract's events.
-- Times are civil times of Korea such as 2026-11-26T03:15:00, which sort as texts.
CREATE TABLE anomaly_verdict (
  contract_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  began_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  body TEXT NOT NULL,
  judged_at BIGINT NOT NULL,
  PRIMARY KEY (contract_id, kind, began_at)
);
