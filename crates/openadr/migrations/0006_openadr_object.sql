-- What a demand response server (OpenADR VTN) holds: the body is the protocol's own JSON.
CREATE TABLE openadr_object (
  id TEXT PRIMARY KEY,
  complex_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  client_id TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
);
CREATE INDEX openadr_object_kind ON openadr_object (complex_id, kind, id);
