-- Alarms (알람), their history, the rules that raise them and the signals that came in.
-- A state of ISA-18.2 is derived from condition, acknowledged, suppression and latched; it is kept
-- beside them for lists only.
CREATE TABLE alarm (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  owner_id TEXT,
  is_private BIGINT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  device_id TEXT,
  dedupe_key TEXT NOT NULL,
  rule_id TEXT,
  rule_version BIGINT,
  title_code TEXT NOT NULL,
  title_params TEXT NOT NULL,
  unit TEXT,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  demo BIGINT NOT NULL,
  grade TEXT NOT NULL,
  is_active BIGINT NOT NULL,
  is_acknowledged BIGINT NOT NULL,
  suppression TEXT NOT NULL,
  suppression_until BIGINT,
  is_latched BIGINT NOT NULL,
  state TEXT NOT NULL,
  is_open BIGINT NOT NULL,
  value DOUBLE PRECISION,
  raised_at BIGINT NOT NULL,
  condition_at BIGINT NOT NULL,
  returned_at BIGINT,
  acknowledgement TEXT,
  acknowledged_at BIGINT,
  shelve_asked TEXT,
  occurrences BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- One open alarm for each complex and key.
CREATE UNIQUE INDEX alarm_open_key ON alarm (complex_id, dedupe_key) WHERE is_open = 1;
CREATE INDEX alarm_complex_time ON alarm (complex_id, raised_at, id);
CREATE INDEX alarm_open_time ON alarm (raised_at, id) WHERE is_open = 1;
CREATE INDEX alarm_key_time ON alarm (complex_id, dedupe_key, raised_at);
CREATE INDEX alarm_shelf ON alarm (suppression_until) WHERE suppression_until IS NOT NULL;

CREATE TABLE alarm_transition (
  alarm_id TEXT NOT NULL REFERENCES alarm (id),
  version BIGINT NOT NULL,
  operation TEXT NOT NULL,
  state_from TEXT NOT NULL,
  state_to TEXT NOT NULL,
  grade TEXT NOT NULL,
  actor TEXT NOT NULL,
  why TEXT,
  at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  rule_version BIGINT,
  value DOUBLE PRECISION,
  late_fire BIGINT NOT NULL,
  PRIMARY KEY (alarm_id, version)
);

CREATE TABLE alarm_rule (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX alarm_rule_complex ON alarm_rule (complex_id, id);

-- Every version of a rule, the present one included.
CREATE TABLE alarm_rule_version (
  rule_id TEXT NOT NULL REFERENCES alarm_rule (id),
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (rule_id, version)
);

-- Where each rule stands for each point; no row is idle.
CREATE TABLE rule_state (
  rule_id TEXT NOT NULL REFERENCES alarm_rule (id),
  series BIGINT NOT NULL,
  phase TEXT NOT NULL,
  since BIGINT,
  due BIGINT,
  deadline BIGINT,
  last_arrival BIGINT NOT NULL,
  last_at_ms BIGINT,
  value DOUBLE PRECISION,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (rule_id, series)
);

-- Signals that were dealt with, so that a repeat is known.
CREATE TABLE alarm_signal (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL,
  alarm_id TEXT,
  outcome TEXT NOT NULL,
  at BIGINT NOT NULL,
  received_at BIGINT NOT NULL
);
