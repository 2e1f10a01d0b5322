-- +goose Up

-- What of a country's list was done for a person: one line for each tick of an agency and each taking back. Which version of the list
-- a file has is the newest line of checklist_choice; without one it is the version of the day on which the file was opened.
CREATE TABLE checklist_step (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  item        TEXT NOT NULL CHECK (length(item) > 3),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  seq         @int NOT NULL CHECK (seq > 0),
  state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'not_needed')),
  happened_on TEXT NOT NULL CHECK (length(happened_on) = 10),
  reason      TEXT NOT NULL DEFAULT '' CHECK ((state = 'open') = (reason <> '')),
  edition     TEXT NOT NULL CHECK (length(edition) = 10),
  written_at  @int NOT NULL,
  worker_id   TEXT NOT NULL,
  UNIQUE (file_id, item, agency_id, seq)
) @strict;

CREATE TABLE checklist_choice (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  country    TEXT NOT NULL CHECK (length(country) = 2),
  seq        @int NOT NULL CHECK (seq > 0),
  edition    TEXT NOT NULL CHECK (length(edition) = 10),
  chosen_at  @int NOT NULL,
  worker_id  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  UNIQUE (file_id, country, seq)
) @strict;

CREATE TRIGGER checklist_step_no_update BEFORE UPDATE ON checklist_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER checklist_step_no_delete BEFORE DELETE ON checklist_step FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER checklist_choice_no_update BEFORE UPDATE ON checklist_choice FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER checklist_choice_no_delete BEFORE DELETE ON checklist_choice FOR EACH ROW EXECUTE FUNCTION relais_append_only();
