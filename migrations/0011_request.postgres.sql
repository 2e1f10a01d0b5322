-- +goose Up

-- A request for access to sections of a file that are closed to somebody who sees it. What is granted is a row of file_grant.
CREATE TABLE access_request (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  kind          TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  worker_id     TEXT NOT NULL REFERENCES worker (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  grantee_kind  TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id    TEXT NOT NULL CHECK (length(grantee_id) > 0),
  to_agency_id  TEXT NOT NULL REFERENCES agency (id),
  relations     @int NOT NULL CHECK (relations > 0),
  sections      @int NOT NULL CHECK (sections > 0),
  state         TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn', 'expired', 'ended')),
  reason        TEXT NOT NULL CHECK (length(reason) > 0),
  note          @bytes NOT NULL,
  purpose       TEXT NOT NULL CHECK (length(purpose) > 0),
  basis         TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref     TEXT NOT NULL DEFAULT '',
  until_at      @int NOT NULL CHECK (until_at > 0),
  asked_at      @int NOT NULL,
  due_at        @int NOT NULL,
  lapses_at     @int NOT NULL,
  escalated_at  @int NOT NULL DEFAULT 0,
  answered_at   @int NOT NULL DEFAULT 0,
  answered_by   TEXT NOT NULL DEFAULT '',
  refuse_reason TEXT NOT NULL DEFAULT '',
  grant_id      TEXT NOT NULL DEFAULT '',
  ended_at      @int NOT NULL DEFAULT 0,
  ended_by      TEXT NOT NULL DEFAULT '',
  version       @int NOT NULL DEFAULT 1
) @strict;
-- One open request of a desk or a person on a file, even if two send it in the same instant.
CREATE UNIQUE INDEX access_request_open ON access_request (file_id, grantee_id) WHERE state = 'asked';
CREATE INDEX access_request_due ON access_request (due_at, id) WHERE state = 'asked';
CREATE INDEX access_request_from ON access_request (agency_id, asked_at, id);
CREATE INDEX access_request_to ON access_request (to_agency_id, asked_at, id);

-- An opening in danger to life: by one person for 15 minutes, for 24 hours once a second person has confirmed.
CREATE TABLE emergency (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  grant_id     TEXT NOT NULL REFERENCES file_grant (id),
  root_id      TEXT NOT NULL,
  worker_id    TEXT NOT NULL REFERENCES worker (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  sections     @int NOT NULL CHECK (sections > 0),
  relations    @int NOT NULL CHECK (relations > 0),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  note         @bytes NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('opened', 'confirmed', 'lapsed', 'ended')),
  opened_at    @int NOT NULL,
  closes_at    @int NOT NULL,
  until_at     @int NOT NULL,
  confirmed_at @int NOT NULL DEFAULT 0,
  confirmed_by TEXT NOT NULL DEFAULT '',
  ended_at     @int NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX emergency_running ON emergency (opened_at, id) WHERE state IN ('opened', 'confirmed');
CREATE INDEX emergency_of_file ON emergency (file_id, worker_id);

-- Which agencies were told of an opening: the opener's, the lead's, those that wrote in the opened sections. The auditors of
-- the first two sign a review; it stays open until they have.
CREATE TABLE emergency_party (
  id            TEXT PRIMARY KEY,
  emergency_id  TEXT NOT NULL REFERENCES emergency (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  told_at       @int NOT NULL,
  review_due_at @int NOT NULL DEFAULT 0,
  signed_at     @int NOT NULL DEFAULT 0,
  signed_by     TEXT NOT NULL DEFAULT '',
  finding       TEXT NOT NULL DEFAULT '',
  note          @bytes,
  UNIQUE (emergency_id, agency_id)
) @strict;
CREATE INDEX emergency_party_list ON emergency_party (agency_id, told_at, emergency_id);
CREATE INDEX emergency_party_review ON emergency_party (agency_id, review_due_at) WHERE signed_at = 0 AND review_due_at > 0;

CREATE TRIGGER access_request_no_delete BEFORE DELETE ON access_request FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER emergency_no_delete BEFORE DELETE ON emergency FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER emergency_party_no_delete BEFORE DELETE ON emergency_party FOR EACH ROW EXECUTE FUNCTION relais_append_only();
