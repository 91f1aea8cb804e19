-- What a customer plans for days to come (가동 계획): shutdowns and how much is to be made. Days are texts
-- such as 2026-11-26, which sort by time. The entries of one contract do not overlap.
CREATE TABLE load_plan (
  id TEXT PRIMARY KEY,
  contract_id TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX load_plan_first_day ON load_plan (contract_id, first_day);
