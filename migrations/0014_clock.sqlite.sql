-- +goose Up

-- A legal time limit that runs on a victim file. It carries the terms under which it runs, so that no change of a rule pack moves
-- it: what the pack says now stands in would_due_on until somebody has decided. Days are civil days of Europe/Brussels.
CREATE TABLE clock (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  country       TEXT NOT NULL CHECK (country IN ('BE', 'NL', 'LU')),
  rule          TEXT NOT NULL CHECK (length(rule) > 0),
  kind          TEXT NOT NULL CHECK (kind IN ('reflection', 'document', 'waiting', 'answer')),
  section       TEXT NOT NULL CHECK (length(section) > 0),
  state         TEXT NOT NULL CHECK (state IN ('running', 'paused', 'ended')),
  start_on      TEXT NOT NULL CHECK (length(start_on) = 10),
  term          @int NOT NULL CHECK (term > 0),
  unit          TEXT NOT NULL CHECK (unit IN ('days', 'months', 'years')),
  renew_by      @int NOT NULL DEFAULT 0,
  renewals      @int NOT NULL DEFAULT 0,
  set_due_on    TEXT NOT NULL DEFAULT '',
  paused_on     TEXT NOT NULL DEFAULT '',
  paused_days   @int NOT NULL DEFAULT 0,
  due_on        TEXT NOT NULL CHECK (length(due_on) = 10 AND due_on > start_on),
  warn_on       TEXT NOT NULL CHECK (length(warn_on) = 10),
  next_on       TEXT NOT NULL DEFAULT '',
  rule_from     TEXT NOT NULL,
  pack_version  TEXT NOT NULL,
  would_due_on  TEXT NOT NULL DEFAULT '',
  would_terms   TEXT NOT NULL DEFAULT '',
  kept_terms    TEXT NOT NULL DEFAULT '',
  started_at    @int NOT NULL,
  ended_on      TEXT NOT NULL DEFAULT '',
  ended_at      @int NOT NULL DEFAULT 0,
  end_reason    TEXT NOT NULL DEFAULT '',
  version       @int NOT NULL DEFAULT 1
) @strict;
-- One clock of a rule at a time, and one reflection period in a country, even if two start them in the same instant.
CREATE UNIQUE INDEX clock_of_rule ON clock (file_id, rule) WHERE state <> 'ended';
CREATE UNIQUE INDEX clock_reflection ON clock (file_id, country) WHERE kind = 'reflection' AND state <> 'ended';
CREATE INDEX clock_of_file ON clock (file_id, state, due_on, id);
-- What the nightly pass has to tell, and what it looks at.
CREATE INDEX clock_next ON clock (next_on, id) WHERE state = 'running' AND next_on <> '';
CREATE INDEX clock_open ON clock (id) WHERE state <> 'ended';

-- Every step of a clock, with the day before and after; nothing of it is changed or taken away.
CREATE TABLE clock_step (
  id           TEXT PRIMARY KEY,
  clock_id     TEXT NOT NULL REFERENCES clock (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  step         TEXT NOT NULL CHECK (step IN ('started', 'paused', 'resumed', 'renewed', 'ended', 'kept', 'moved', 'warned', 'overdue', 'reached')),
  on_day       TEXT NOT NULL,
  due_before   TEXT NOT NULL DEFAULT '',
  due_on       TEXT NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  pack_version TEXT NOT NULL DEFAULT '',
  worker_id    TEXT NOT NULL DEFAULT '',
  agency_id    TEXT NOT NULL DEFAULT '',
  at           @int NOT NULL
) @strict;
CREATE INDEX clock_step_of_clock ON clock_step (clock_id, at, id);
CREATE INDEX clock_step_of_file ON clock_step (file_id, at, id);

-- A secret address by which a calendar reads the clocks of a person or of a desk of theirs; only the token's hash is kept.
CREATE TABLE clock_feed (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL DEFAULT '',
  token      @bytes NOT NULL UNIQUE,
  created_at @int NOT NULL,
  revoked_at @int NOT NULL DEFAULT 0,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX clock_feed_of_worker ON clock_feed (worker_id, revoked_at, created_at, id);

-- How far the comparison of the open clocks with the packs has come today.
CREATE TABLE clock_pass (
  one      @int PRIMARY KEY CHECK (one = 1),
  day      TEXT NOT NULL,
  packs    TEXT NOT NULL,
  after_id TEXT NOT NULL
) @strict;
INSERT INTO clock_pass (one, day, packs, after_id) VALUES (1, '', '', '');

-- +goose StatementBegin
CREATE TRIGGER clock_no_delete BEFORE DELETE ON clock BEGIN SELECT RAISE(ABORT, 'clock is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clock_step_no_update BEFORE UPDATE ON clock_step BEGIN SELECT RAISE(ABORT, 'clock_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clock_step_no_delete BEFORE DELETE ON clock_step BEGIN SELECT RAISE(ABORT, 'clock_step is append-only'); END;
-- +goose StatementEnd
