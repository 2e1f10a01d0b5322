-- +goose Up

-- Files of other systems that were read in. The fingerprints are keyed hashes of what the rows said, so that the same file is
-- not read in twice; they say nothing without the key. A row's fingerprint is to be deleted with the victim file it became.
CREATE TABLE import_batch (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  worker_id   TEXT NOT NULL REFERENCES worker (id),
  fingerprint @bytes NOT NULL,
  case_id     TEXT NOT NULL REFERENCES file (id),
  at          @int NOT NULL,
  row_count   @int NOT NULL,
  UNIQUE (agency_id, fingerprint)
) @strict;

CREATE TABLE import_row (
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  fingerprint @bytes NOT NULL,
  telling     @int NOT NULL CHECK (telling IN (0, 1)),
  batch_id    TEXT NOT NULL REFERENCES import_batch (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (agency_id, fingerprint)
) @strict;
CREATE INDEX import_row_of_file ON import_row (file_id);
