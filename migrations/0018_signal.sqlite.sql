-- +goose Up

-- A signal: that somebody may be exploited somewhere, before anybody is known by name. Coded facts lie in clear; the place and
-- the text lie under a key of the signal's own, which is destroyed when nobody has followed it up in time.
CREATE TABLE signal (
  id             TEXT PRIMARY KEY,
  agency_id      TEXT NOT NULL REFERENCES agency (id),
  desk_id        TEXT NOT NULL REFERENCES desk (id),
  with_agency_id TEXT NOT NULL REFERENCES agency (id),
  with_desk_id   TEXT NOT NULL REFERENCES desk (id),
  country        TEXT NOT NULL CHECK (length(country) > 0),
  exploitation   TEXT NOT NULL CHECK (length(exploitation) > 0),
  persons        @int NOT NULL CHECK (persons >= 0),
  seen_on        TEXT NOT NULL CHECK (length(seen_on) > 0),
  source         TEXT NOT NULL CHECK (length(source) > 0),
  place          @bytes,
  story          @bytes,
  state          TEXT NOT NULL CHECK (state IN ('open', 'followed', 'closed', 'anonymised')),
  close_reason   TEXT NOT NULL DEFAULT '',
  created_at     @int NOT NULL,
  expires_at     @int NOT NULL CHECK (expires_at > 0),
  warned_at      @int NOT NULL DEFAULT 0,
  version        @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX signal_expiring ON signal (expires_at, id) WHERE state IN ('open', 'closed');
CREATE INDEX signal_with ON signal (with_desk_id, state, created_at, id);

-- The desks that know of a signal, each with as much of it as it was given. A desk to which it was passed has to answer.
CREATE TABLE signal_holder (
  id          TEXT PRIMARY KEY,
  signal_id   TEXT NOT NULL REFERENCES signal (id),
  desk_id     TEXT NOT NULL REFERENCES desk (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'holds', 'declined', 'ended')),
  with_story  @int NOT NULL CHECK (with_story IN (0, 1)),
  purpose     TEXT NOT NULL CHECK (length(purpose) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  from_desk   TEXT NOT NULL DEFAULT '',
  from_agency TEXT NOT NULL DEFAULT '',
  from_at     @int NOT NULL,
  by_worker   TEXT NOT NULL,
  due_at      @int NOT NULL DEFAULT 0,
  answered_at @int NOT NULL DEFAULT 0,
  answered_by TEXT NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT ''
) @strict;
CREATE UNIQUE INDEX signal_holder_live ON signal_holder (signal_id, desk_id) WHERE state IN ('waiting', 'holds');
CREATE UNIQUE INDEX signal_holder_waiting ON signal_holder (signal_id) WHERE state = 'waiting';
CREATE INDEX signal_holder_of_desk ON signal_holder (desk_id, from_at, signal_id) WHERE state IN ('waiting', 'holds');

-- What has happened to a signal, step by step; it stays when the signal itself has been anonymised.
CREATE TABLE signal_step (
  id        TEXT PRIMARY KEY,
  signal_id TEXT NOT NULL REFERENCES signal (id),
  kind      TEXT NOT NULL CHECK (kind IN ('noted', 'passed', 'taken', 'declined', 'followed', 'closed', 'anonymised')),
  agency_id TEXT NOT NULL DEFAULT '',
  desk_id   TEXT NOT NULL DEFAULT '',
  worker_id TEXT NOT NULL DEFAULT '',
  reason    TEXT NOT NULL DEFAULT '',
  at        @int NOT NULL
) @strict;
CREATE INDEX signal_step_of ON signal_step (signal_id, at, id);

-- The files that a signal led to. What it said lies there again, under the file's own key and by the rules of its section.
CREATE TABLE signal_file (
  id        TEXT PRIMARY KEY,
  signal_id TEXT NOT NULL REFERENCES signal (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  linked_by TEXT NOT NULL,
  linked_at @int NOT NULL,
  purpose   TEXT NOT NULL CHECK (length(purpose) > 0),
  basis     TEXT NOT NULL CHECK (length(basis) > 0),
  sealed    @bytes NOT NULL,
  UNIQUE (signal_id, file_id)
) @strict;
CREATE INDEX signal_file_of ON signal_file (file_id, linked_at, id);

-- A screening: the answers on one person at one time, against a list of indicators. It advises and decides nothing.
CREATE TABLE screening (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  list       TEXT NOT NULL CHECK (length(list) > 0),
  country    TEXT NOT NULL CHECK (length(country) > 0),
  held_on    TEXT NOT NULL CHECK (length(held_on) > 0),
  created_at @int NOT NULL,
  created_by TEXT NOT NULL,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX screening_of_file ON screening (file_id, created_at, id);

CREATE TABLE screening_version (
  screening_id TEXT NOT NULL REFERENCES screening (id),
  version      @int NOT NULL,
  author_id    TEXT NOT NULL,
  written_at   @int NOT NULL,
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  edition      TEXT NOT NULL CHECK (length(edition) > 0),
  sealed       @bytes NOT NULL,
  PRIMARY KEY (screening_id, version)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER signal_no_delete BEFORE DELETE ON signal BEGIN SELECT RAISE(ABORT, 'signal is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signal_holder_no_delete BEFORE DELETE ON signal_holder BEGIN SELECT RAISE(ABORT, 'signal_holder is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER screening_no_delete BEFORE DELETE ON screening BEGIN SELECT RAISE(ABORT, 'screening is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signal_step_no_update BEFORE UPDATE ON signal_step BEGIN SELECT RAISE(ABORT, 'signal_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signal_step_no_delete BEFORE DELETE ON signal_step BEGIN SELECT RAISE(ABORT, 'signal_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signal_file_no_update BEFORE UPDATE ON signal_file BEGIN SELECT RAISE(ABORT, 'signal_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signal_file_no_delete BEFORE DELETE ON signal_file BEGIN SELECT RAISE(ABORT, 'signal_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER screening_version_no_update BEFORE UPDATE ON screening_version BEGIN SELECT RAISE(ABORT, 'screening_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER screening_version_no_delete BEFORE DELETE ON screening_version BEGIN SELECT RAISE(ABORT, 'screening_version is append-only'); END;
-- +goose StatementEnd
