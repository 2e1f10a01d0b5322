-- +goose Up

-- A step of a track that was recorded wrongly is struck: it stays to be read and counts no more. The note lies under the file's key
-- of the track's section.
CREATE TABLE track_strike (
  step_id   TEXT PRIMARY KEY REFERENCES track_step (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  struck_at @int NOT NULL,
  worker_id TEXT NOT NULL,
  agency_id TEXT NOT NULL REFERENCES agency (id),
  reason    TEXT NOT NULL CHECK (reason IN ('wrong_person', 'wrong_step', 'wrong_day', 'twice', 'annulled')),
  sealed    @bytes
) @strict;
CREATE INDEX track_strike_of_file ON track_strike (file_id, struck_at, step_id);

CREATE TRIGGER track_strike_no_update BEFORE UPDATE ON track_strike FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER track_strike_no_delete BEFORE DELETE ON track_strike FOR EACH ROW EXECUTE FUNCTION relais_append_only();
