-- +goose Up

-- From when an agency's people use a closed file no more, though it is still kept (Wpg art. 14). Written when the file is closed, for each
-- agency whose rule says so; removed_at is when their access was ended.
CREATE TABLE file_removal (
  id         TEXT PRIMARY KEY,
  closure_id TEXT NOT NULL REFERENCES file_closure (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  rule       TEXT NOT NULL CHECK (length(rule) > 0),
  from_at    @int NOT NULL CHECK (from_at > 0),
  removed_at @int NOT NULL DEFAULT 0,
  UNIQUE (closure_id, agency_id)
) @strict;
CREATE INDEX file_removal_of_agency ON file_removal (agency_id, from_at, id);
CREATE INDEX file_removal_due ON file_removal (from_at, id) WHERE removed_at = 0;

-- That a colleague reads it again for a time, for a complaint or to account for it, and who let them.
CREATE TABLE removal_opening (
  id         TEXT PRIMARY KEY,
  removal_id TEXT NOT NULL REFERENCES file_removal (id),
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  grant_id   TEXT NOT NULL REFERENCES file_grant (id),
  reason     TEXT NOT NULL CHECK (reason IN ('complaint', 'accountability')),
  opened_by  TEXT NOT NULL REFERENCES worker (id),
  opened_at  @int NOT NULL,
  until_at   @int NOT NULL CHECK (until_at > opened_at)
) @strict;
CREATE INDEX removal_opening_of ON removal_opening (removal_id, opened_at, id);

CREATE TRIGGER file_removal_no_delete BEFORE DELETE ON file_removal FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER removal_opening_no_delete BEFORE DELETE ON removal_opening FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER removal_opening_no_update BEFORE UPDATE ON removal_opening FOR EACH ROW EXECUTE FUNCTION relais_append_only();
