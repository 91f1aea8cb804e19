-- What fleets of devices need: gateways, serial numbers, how far the installation is, calibration duty.
ALTER TABLE device ADD COLUMN gateway_id TEXT REFERENCES device (id);
ALTER TABLE device ADD COLUMN serial TEXT;
ALTER TABLE device ADD COLUMN manufacturer TEXT;
ALTER TABLE device ADD COLUMN model TEXT;
ALTER TABLE device ADD COLUMN commissioning TEXT NOT NULL DEFAULT 'in_service';
CREATE INDEX device_by_gateway ON device (gateway_id);
ALTER TABLE device_profile ADD COLUMN calibration_days BIGINT;

-- One claim of each device; a new one replaces it. Of the code only the SHA-256 is kept.
CREATE TABLE device_claim (
  device_id TEXT NOT NULL PRIMARY KEY REFERENCES device (id),
  code_sha256 TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  claimed_at BIGINT
);

-- Client certificates: several at once, so that the next is known before the last one ends.
CREATE TABLE device_certificate (
  id TEXT NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES device (id),
  fingerprint TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX device_certificate_by_device ON device_certificate (device_id);

CREATE TABLE calibration (
  id TEXT NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES device (id),
  calibrated_at BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  calibrated_by TEXT NOT NULL,
  certificate_number TEXT,
  file_reference TEXT,
  note TEXT,
  recorded_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  voided_at BIGINT
);
CREATE INDEX calibration_by_device ON calibration (device_id, calibrated_at);

-- A broken device was replaced: its points went to the next one.
CREATE TABLE device_replacement (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  old_device_id TEXT NOT NULL REFERENCES device (id),
  new_device_id TEXT NOT NULL REFERENCES device (id),
  replaced_at BIGINT NOT NULL,
  reason TEXT,
  replaced_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX device_replacement_by_old ON device_replacement (old_device_id);
CREATE INDEX device_replacement_by_new ON device_replacement (new_device_id);

-- For each point that moved: what the old meter showed last, and the new one first.
CREATE TABLE point_replacement (
  point_id TEXT NOT NULL REFERENCES point (id),
  replacement_id TEXT NOT NULL REFERENCES device_replacement (id),
  replaced_at BIGINT NOT NULL,
  final_value DOUBLE PRECISION,
  first_value DOUBLE PRECISION,
  PRIMARY KEY (point_id, replacement_id)
);

-- Senders that proved themselves for a complex, under a key that no device has.
CREATE TABLE quarantined_device (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  key TEXT NOT NULL,
  protocol TEXT NOT NULL,
  state TEXT NOT NULL,
  messages BIGINT NOT NULL,
  sample TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  device_id TEXT REFERENCES device (id),
  decided_by TEXT,
  decided_at BIGINT,
  UNIQUE (complex_id, key)
);
CREATE INDEX quarantined_device_by_state ON quarantined_device (complex_id, state, id);
