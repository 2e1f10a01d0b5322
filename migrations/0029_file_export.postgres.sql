-- +goose Up

-- What has left the program, on paper or in a file: who took it, for what, and to whom it goes (sealed). The number stands on every
-- page, so that a sheet that turns up somewhere leads back to this row. It is proof of a disclosure: nothing of it changes.
CREATE TABLE file_export (
  id        TEXT PRIMARY KEY,
  number    TEXT NOT NULL UNIQUE CHECK (length(number) > 0),
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  at        @int NOT NULL CHECK (at > 0),
  format    TEXT NOT NULL CHECK (format IN ('page', 'json', 'htcds')),
  purpose   TEXT NOT NULL CHECK (length(purpose) > 0),
  reason    TEXT NOT NULL CHECK (length(reason) > 0),
  sections  @int NOT NULL CHECK (sections > 0),
  recipient @bytes NOT NULL
) @strict;
CREATE INDEX file_export_of_file ON file_export (file_id, at, id);

-- The versions that went along: a later one makes what is outside stale.
CREATE TABLE file_export_entry (
  export_id TEXT NOT NULL REFERENCES file_export (id),
  entry_id  TEXT NOT NULL REFERENCES entry (id),
  version   @int NOT NULL CHECK (version > 0),
  PRIMARY KEY (export_id, entry_id)
) @strict;

CREATE TRIGGER file_export_no_change BEFORE UPDATE OR DELETE ON file_export FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER file_export_entry_no_change BEFORE UPDATE OR DELETE ON file_export_entry FOR EACH ROW EXECUTE FUNCTION relais_append_only();
