-- Who and what exists. Ids are UUIDv7 text, instants microseconds UTC, truth values 0 or 1, positions
-- two columns (both or none), enumerations text that the program parses.

CREATE TABLE complex (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  kind TEXT NOT NULL,
  boundary TEXT,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE company (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  registration_number TEXT UNIQUE,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX company_by_name_key ON company (name_key);

CREATE TABLE parcel (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  pnu TEXT NOT NULL UNIQUE,
  area_m2 DOUBLE PRECISION,
  lot_address TEXT,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX parcel_by_complex ON parcel (complex_id);

CREATE TABLE building (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  parcel_id TEXT NOT NULL REFERENCES parcel (id),
  name TEXT NOT NULL,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (complex_id, name)
);

CREATE TABLE unit (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  building_id TEXT NOT NULL REFERENCES building (id),
  floor TEXT,
  name TEXT NOT NULL,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (building_id, name)
);

CREATE TABLE establishment (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  company_id TEXT NOT NULL REFERENCES company (id),
  name TEXT NOT NULL,
  -- The name and the lot address as they are compared, see src/identity.
  name_key TEXT NOT NULL,
  lot_key TEXT,
  unit_id TEXT REFERENCES unit (id),
  lot_address TEXT,
  road_address TEXT,
  ksic_code TEXT,
  ksic_revision BIGINT,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  opened_on TEXT,
  state TEXT NOT NULL,
  closed_on TEXT,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX establishment_by_complex ON establishment (complex_id);
CREATE INDEX establishment_by_company ON establishment (company_id);
CREATE INDEX establishment_by_name_key ON establishment (complex_id, name_key);

CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT REFERENCES complex (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  phone TEXT,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT REFERENCES complex (id),
  establishment_id TEXT REFERENCES establishment (id),
  organisation_id TEXT REFERENCES organisation (id),
  name TEXT NOT NULL,
  role TEXT,
  phone TEXT,
  email TEXT,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX person_by_establishment ON person (establishment_id);
CREATE INDEX person_by_organisation ON person (organisation_id);

CREATE TABLE external_code (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT REFERENCES complex (id),
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  code_system TEXT NOT NULL,
  code TEXT NOT NULL,
  valid_from TEXT,
  valid_until TEXT,
  source TEXT,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX external_code_by_subject ON external_code (subject_kind, subject_id);
CREATE INDEX external_code_by_code ON external_code (code_system, code);

CREATE TABLE device_profile (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  metrics TEXT NOT NULL,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE device (
  id TEXT NOT NULL PRIMARY KEY,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  profile_id TEXT REFERENCES device_profile (id),
  establishment_id TEXT REFERENCES establishment (id),
  name TEXT NOT NULL,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  state TEXT NOT NULL,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX device_by_complex ON device (complex_id);
CREATE INDEX device_by_establishment ON device (establishment_id);

-- One credential for each device; rotation replaces it. Of the secret only the SHA-256 is kept.
CREATE TABLE device_credential (
  device_id TEXT NOT NULL PRIMARY KEY REFERENCES device (id),
  secret_sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE point (
  id TEXT NOT NULL PRIMARY KEY,
  -- The short number of the point in readings: unique, never reused, see series_counter.
  series BIGINT NOT NULL UNIQUE,
  complex_id TEXT NOT NULL REFERENCES complex (id),
  device_id TEXT NOT NULL REFERENCES device (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity TEXT NOT NULL,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,
  interval_s BIGINT,
  expected_interval_s BIGINT NOT NULL,
  range_min DOUBLE PRECISION,
  range_max DOUBLE PRECISION,
  decimals BIGINT,
  class TEXT NOT NULL,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  demo BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (device_id, key)
);
CREATE INDEX point_by_complex ON point (complex_id);

-- Who owned a point from when to when; no two at once.
CREATE TABLE point_owner (
  point_id TEXT NOT NULL REFERENCES point (id),
  establishment_id TEXT NOT NULL REFERENCES establishment (id),
  owned_from BIGINT NOT NULL,
  owned_until BIGINT,
  PRIMARY KEY (point_id, owned_from)
);
CREATE INDEX point_owner_by_establishment ON point_owner (establishment_id);

CREATE TABLE series_counter (
  id TEXT NOT NULL PRIMARY KEY,
  next_series BIGINT NOT NULL
);
INSERT INTO series_counter (id, next_series) VALUES ('point', 1);

-- Grows with every write of the registry, so that a directory in another process notices cheaply.
CREATE TABLE registry_generation (
  id TEXT NOT NULL PRIMARY KEY,
  generation BIGINT NOT NULL
);
INSERT INTO registry_generation (id, generation) VALUES ('registry', 0);
