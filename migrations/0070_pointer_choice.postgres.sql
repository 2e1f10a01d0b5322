-- +goose Up

-- What who leads a file has said of it alone, version by version: it is kept out of matching, or takes part where the agency leaves that to
-- who leads each file. The last word counts.
CREATE TABLE pointer_choice (
  file_id   TEXT NOT NULL REFERENCES file (id),
  version   @int NOT NULL CHECK (version > 0),
  choice    TEXT NOT NULL CHECK (choice IN ('hidden', 'pointed')),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  set_at    @int NOT NULL,
  set_by    TEXT NOT NULL REFERENCES worker (id),
  PRIMARY KEY (file_id, version)
) @strict;

-- Whether an agency that takes part does so only with files of which who leads them says so.
ALTER TABLE pointer_setting ADD COLUMN each_file @int NOT NULL DEFAULT 0 CHECK (each_file IN (0, 1));

CREATE TRIGGER pointer_choice_no_change BEFORE UPDATE OR DELETE ON pointer_choice FOR EACH ROW EXECUTE FUNCTION relais_append_only();
