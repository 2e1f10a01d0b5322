-- +goose Up

-- Where a person stands in the four tracks: one line for each step, in each country that the track has reached. What is decided
-- lies in clear; the document and the note lie under the file's key of the track's section.
CREATE TABLE track_step (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  track       TEXT NOT NULL CHECK (track IN ('protection', 'residence', 'criminal', 'remedy')),
  country     TEXT NOT NULL CHECK (length(country) = 2),
  seq         @int NOT NULL CHECK (seq > 0),
  from_state  TEXT NOT NULL,
  to_state    TEXT NOT NULL CHECK (length(to_state) > 0),
  happened_on TEXT NOT NULL CHECK (length(happened_on) = 10),
  written_at  @int NOT NULL,
  worker_id   TEXT NOT NULL,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  authority   TEXT NOT NULL,
  rule        TEXT NOT NULL CHECK (length(rule) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  ground      TEXT NOT NULL DEFAULT '',
  pack        TEXT NOT NULL,
  sealed      @bytes,
  UNIQUE (file_id, track, country, seq)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER track_step_no_update BEFORE UPDATE ON track_step BEGIN SELECT RAISE(ABORT, 'track_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER track_step_no_delete BEFORE DELETE ON track_step BEGIN SELECT RAISE(ABORT, 'track_step is append-only'); END;
-- +goose StatementEnd
