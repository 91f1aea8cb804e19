-- What a device profile says beyond its metrics: how messages become readings, how long they are kept.
ALTER TABLE device_profile ADD COLUMN mapping TEXT;
ALTER TABLE device_profile ADD COLUMN retention_days BIGINT;
