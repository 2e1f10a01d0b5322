-- +goose Up

-- Whether an agency takes part in matching without disclosure, version by version; an agency without a row does as its kind does.
-- desks_off are the ids of desks that stand apart, joined by commas.
CREATE TABLE pointer_setting (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  version   @int NOT NULL CHECK (version > 0),
  allows    @int NOT NULL CHECK (allows IN (0, 1)),
  desks_off TEXT NOT NULL DEFAULT '',
  set_at    @int NOT NULL,
  set_by    TEXT NOT NULL REFERENCES worker (id),
  PRIMARY KEY (agency_id, version)
) @strict;

-- That somebody asked whether another agency knows the person of a file. It says nothing of what was compared; told and silent are
-- the files that matched, those of agencies that take part and the others, until the program has written each into its agency's log.
CREATE TABLE pointer_probe (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  grantee_id TEXT NOT NULL CHECK (length(grantee_id) > 0),
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  told       TEXT NOT NULL DEFAULT '',
  silent     TEXT NOT NULL DEFAULT '',
  at         @int NOT NULL
) @strict;
CREATE INDEX pointer_probe_by_worker ON pointer_probe (worker_id, at);
CREATE INDEX pointer_probe_by_grantee ON pointer_probe (grantee_id, at);
CREATE INDEX pointer_probe_at ON pointer_probe (at);
CREATE INDEX pointer_probe_to_log ON pointer_probe (at, id) WHERE told <> '' OR silent <> '';

-- That two files of two agencies probably concern the same person. evidence are keyed hashes, of this pair only, of what agreed.
CREATE TABLE pointer (
  id           TEXT PRIMARY KEY,
  state        TEXT NOT NULL CHECK (state IN ('open', 'not_same', 'ended')),
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  evidence     TEXT NOT NULL,
  made_by      TEXT NOT NULL REFERENCES worker (id),
  made_at      @int NOT NULL,
  until_at     @int NOT NULL CHECK (until_at > 0),
  ended_at     @int NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  ended_agency TEXT NOT NULL DEFAULT '',
  end_reason   TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX pointer_due ON pointer (until_at, id) WHERE state = 'open';

-- The two sides of a pointer: each sees the other's agency and desk, and never its file.
CREATE TABLE pointer_side (
  pointer_id   TEXT NOT NULL REFERENCES pointer (id),
  asked        @int NOT NULL CHECK (asked IN (0, 1)),
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  grantee_kind TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id   TEXT NOT NULL CHECK (length(grantee_id) > 0),
  PRIMARY KEY (pointer_id, asked)
) @strict;
CREATE INDEX pointer_side_of_grantee ON pointer_side (grantee_id, pointer_id);
CREATE INDEX pointer_side_of_file ON pointer_side (file_id, pointer_id);
CREATE INDEX pointer_side_of_agency ON pointer_side (agency_id, pointer_id);

-- A request for access to a file that the asker does not see, and was pointed to.
ALTER TABLE access_request ADD COLUMN pointer_id TEXT NOT NULL DEFAULT '';

CREATE TRIGGER pointer_setting_no_change BEFORE UPDATE OR DELETE ON pointer_setting FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER pointer_no_delete BEFORE DELETE ON pointer FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER pointer_side_no_change BEFORE UPDATE OR DELETE ON pointer_side FOR EACH ROW EXECUTE FUNCTION relais_append_only();
