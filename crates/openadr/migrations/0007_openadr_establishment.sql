-- Whose client made it: the limits are an establishment's, however many tokens it has. Older objects have none.
ALTER TABLE openadr_object ADD COLUMN establishment_id TEXT;
CREATE INDEX openadr_object_own ON openadr_object (complex_id, kind, establishment_id);
