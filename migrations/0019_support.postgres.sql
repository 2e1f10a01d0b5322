-- +goose Up

-- A need of a person and what was done about it: asked of whom, given or not, with what outcome. Codes and days lie in clear;
-- words lie sealed with the steps, under the file's key for care. Each change is a step; the row says where the need stands.
CREATE TABLE need (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  service     TEXT NOT NULL CHECK (length(service) > 0),
  state       TEXT NOT NULL CHECK (state IN ('open', 'asked', 'given', 'met', 'dropped')),
  noted_on    TEXT NOT NULL CHECK (length(noted_on) = 10),
  moved_on    TEXT NOT NULL CHECK (length(moved_on) = 10),
  review_on   TEXT NOT NULL DEFAULT '',
  referral_id TEXT NOT NULL DEFAULT '',
  outcome     TEXT NOT NULL DEFAULT '',
  version     @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX need_of_file ON need (file_id, id);
CREATE INDEX need_unmet ON need (agency_id, noted_on, id) WHERE state IN ('open', 'asked');

CREATE TABLE need_step (
  need_id     TEXT NOT NULL REFERENCES need (id),
  version     @int NOT NULL,
  author_id   TEXT NOT NULL,
  written_at  @int NOT NULL,
  state       TEXT NOT NULL CHECK (length(state) > 0),
  moved_on    TEXT NOT NULL CHECK (length(moved_on) = 10),
  review_on   TEXT NOT NULL DEFAULT '',
  referral_id TEXT NOT NULL DEFAULT '',
  outcome     TEXT NOT NULL DEFAULT '',
  note        @bytes,
  PRIMARY KEY (need_id, version)
) @strict;

-- Whether somebody is a child, as agencies said it one after the other; a decided one answers a dispute.
CREATE TABLE age_step (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  author_id  TEXT NOT NULL,
  written_at @int NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('adult', 'child', 'presumed_child', 'disputed', 'unknown')),
  decided    @int NOT NULL DEFAULT 0 CHECK (decided IN (0, 1)),
  method     TEXT NOT NULL DEFAULT '',
  said_on    TEXT NOT NULL CHECK (length(said_on) = 10),
  entry_id   TEXT NOT NULL DEFAULT '',
  note       @bytes
) @strict;
CREATE INDEX age_step_of_file ON age_step (file_id, id);

-- Who is the guardian of a child: a service, and one of its people where it works with this program. One at a time.
CREATE TABLE guardian (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  service     TEXT NOT NULL CHECK (length(service) > 0),
  agency_id   TEXT NOT NULL DEFAULT '',
  worker_id   TEXT NOT NULL DEFAULT '',
  grant_id    TEXT NOT NULL DEFAULT '',
  assigned_on TEXT NOT NULL CHECK (length(assigned_on) = 10),
  ended_on    TEXT NOT NULL DEFAULT '',
  end_reason  TEXT NOT NULL DEFAULT '',
  made_at     @int NOT NULL,
  made_by     TEXT NOT NULL,
  made_agency_id  TEXT NOT NULL REFERENCES agency (id),
  ended_by    TEXT NOT NULL DEFAULT '',
  version     @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX guardian_of_file ON guardian (file_id, id);
CREATE UNIQUE INDEX guardian_now ON guardian (file_id) WHERE ended_on = '';

-- A consent of a child waits for the guardian who stands in guardian_id; the answer is a row of its own.
ALTER TABLE consent_version ADD COLUMN guardian_id TEXT NOT NULL DEFAULT '';

CREATE TABLE consent_signature (
  consent_id TEXT NOT NULL,
  version    @int NOT NULL,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  signed_at  @int NOT NULL,
  agreed     @int NOT NULL CHECK (agreed IN (0, 1)),
  PRIMARY KEY (consent_id, version),
  FOREIGN KEY (consent_id, version) REFERENCES consent_version (consent_id, version)
) @strict;

CREATE TRIGGER need_no_delete BEFORE DELETE ON need FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER need_step_no_update BEFORE UPDATE ON need_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER need_step_no_delete BEFORE DELETE ON need_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER age_step_no_update BEFORE UPDATE ON age_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER age_step_no_delete BEFORE DELETE ON age_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER guardian_no_delete BEFORE DELETE ON guardian FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER consent_signature_no_update BEFORE UPDATE ON consent_signature FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER consent_signature_no_delete BEFORE DELETE ON consent_signature FOR EACH ROW EXECUTE FUNCTION relais_append_only();
