-- +goose Up

-- That somebody appeals against a decision on identification, and what came of it; each is a row of its own.
CREATE TABLE track_appeal (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  step_id    TEXT NOT NULL REFERENCES track_step (id),
  what       TEXT NOT NULL CHECK (what IN ('lodged', 'upheld', 'overturned', 'inadmissible', 'withdrawn')),
  on_day     TEXT NOT NULL CHECK (length(on_day) = 10),
  written_at @int NOT NULL,
  worker_id  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id)
) @strict;
CREATE INDEX track_appeal_of_file ON track_appeal (file_id, id);

-- +goose StatementBegin
CREATE TRIGGER track_appeal_no_update BEFORE UPDATE ON track_appeal BEGIN SELECT RAISE(ABORT, 'track_appeal is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER track_appeal_no_delete BEFORE DELETE ON track_appeal BEGIN SELECT RAISE(ABORT, 'track_appeal is append-only'); END;
-- +goose StatementEnd
