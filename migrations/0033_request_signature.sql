-- +goose Up

-- Who wrote in a section that a case's lead opens to somebody else signs too (domain 3.6): one line for each such agency. Until all
-- have answered the grant lies proposed; a no, or none within a week, takes the agency's sections out of it.
CREATE TABLE request_signature (
  request_id   TEXT NOT NULL REFERENCES access_request (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  grant_id     TEXT NOT NULL REFERENCES file_grant (id),
  sections     @int NOT NULL CHECK (sections > 0),
  state        TEXT NOT NULL CHECK (state IN ('open', 'signed', 'refused', 'lapsed', 'void')),
  reason       TEXT NOT NULL DEFAULT '',
  asked_at     @int NOT NULL,
  due_at       @int NOT NULL,
  lapses_at    @int NOT NULL,
  escalated_at @int NOT NULL DEFAULT 0,
  decided_at   @int NOT NULL DEFAULT 0,
  decided_by   TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1,
  PRIMARY KEY (request_id, agency_id)
) @strict;
CREATE INDEX request_signature_due ON request_signature (due_at, request_id) WHERE state = 'open';
CREATE INDEX request_signature_of_grant ON request_signature (grant_id);
CREATE INDEX request_signature_waiting ON request_signature (agency_id, request_id) WHERE state = 'open';
