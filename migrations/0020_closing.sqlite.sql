-- +goose Up

-- Notes on a file. Each stands in a section, so that the matrix and the grants say who could read it; its visibility only
-- narrows that. What was written stays: a correction is a version on top.
CREATE TABLE journal_note (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  section    TEXT NOT NULL CHECK (length(section) > 0),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  visibility TEXT NOT NULL CHECK (visibility IN ('file', 'agency', 'people')),
  created_by TEXT NOT NULL,
  created_at @int NOT NULL,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX journal_note_of_file ON journal_note (file_id, created_at, id);

CREATE TABLE journal_note_version (
  note_id    TEXT NOT NULL REFERENCES journal_note (id),
  version    @int NOT NULL,
  author_id  TEXT NOT NULL,
  written_at @int NOT NULL,
  basis      TEXT NOT NULL CHECK (length(basis) > 0),
  handling   TEXT NOT NULL DEFAULT '',
  sealed     @bytes NOT NULL,
  PRIMARY KEY (note_id, version)
) @strict;

CREATE TABLE journal_note_reader (
  note_id   TEXT NOT NULL REFERENCES journal_note (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  PRIMARY KEY (note_id, worker_id)
) @strict;

-- The timeline reads the entries of one file by the time at which they came.
CREATE INDEX entry_in_time ON entry (file_id, created_at, id);

-- A file that was closed, and opened again. The agency is the one that closed it and answers for how long it is kept.
CREATE TABLE file_closure (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  kind          TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  reason        TEXT NOT NULL CHECK (length(reason) > 0),
  note          @bytes,
  closed_at     @int NOT NULL,
  closed_by     TEXT NOT NULL,
  rule          TEXT NOT NULL CHECK (length(rule) > 0),
  due_at        @int NOT NULL CHECK (due_at > 0),
  reopened_at   @int NOT NULL DEFAULT 0,
  reopened_by   TEXT NOT NULL DEFAULT '',
  reopen_reason TEXT NOT NULL DEFAULT '',
  reopen_note   @bytes,
  erased_at     @int NOT NULL DEFAULT 0,
  version       @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX file_closure_live ON file_closure (file_id) WHERE reopened_at = 0;
CREATE INDEX file_closure_of_file ON file_closure (file_id, closed_at);
CREATE INDEX file_closure_kept ON file_closure (agency_id, due_at, id) WHERE reopened_at = 0 AND erased_at = 0;
CREATE INDEX file_closure_due ON file_closure (due_at, id) WHERE reopened_at = 0 AND erased_at = 0;

-- What was decided about keeping a closed file: postponed until when and why, who asked for erasure, who signed.
CREATE TABLE retention_step (
  id         TEXT PRIMARY KEY,
  closure_id TEXT NOT NULL REFERENCES file_closure (id),
  step       TEXT NOT NULL CHECK (step IN ('postponed', 'requested', 'approved', 'refused', 'erased')),
  reason     TEXT NOT NULL,
  until_at   @int NOT NULL DEFAULT 0,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  by_id      TEXT NOT NULL,
  at         @int NOT NULL
) @strict;
CREATE INDEX retention_step_of_closure ON retention_step (closure_id, at, id);

-- A file that somebody, or its retention rule (then requested_by is empty), asks to erase. Two persons sign.
CREATE TABLE erasure (
  id           TEXT PRIMARY KEY,
  closure_id   TEXT NOT NULL REFERENCES file_closure (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  requested_at @int NOT NULL,
  requested_by TEXT NOT NULL DEFAULT '',
  approved_at  @int NOT NULL DEFAULT 0,
  approved_by  TEXT NOT NULL DEFAULT '',
  done_at      @int NOT NULL DEFAULT 0,
  done_by      TEXT NOT NULL DEFAULT '',
  dropped_at   @int NOT NULL DEFAULT 0,
  dropped_by   TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX erasure_open ON erasure (file_id) WHERE done_at = 0 AND dropped_at = 0;
CREATE INDEX erasure_of_closure ON erasure (closure_id, requested_at);

-- A prosecutor's order to keep a file: as long as a row without an end stands here, nothing of the file is erased.
CREATE TABLE legal_hold (
  id        TEXT PRIMARY KEY,
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  note      @bytes,
  set_at    @int NOT NULL,
  set_by    TEXT NOT NULL,
  ended_at  @int NOT NULL DEFAULT 0,
  ended_by  TEXT NOT NULL DEFAULT '',
  version   @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX legal_hold_live ON legal_hold (file_id, agency_id) WHERE ended_at = 0;
CREATE INDEX legal_hold_of_file ON legal_hold (file_id, set_at);

-- What is left of an erased file.
CREATE TABLE file_tombstone (
  file_id      TEXT PRIMARY KEY REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  case_id      TEXT NOT NULL,
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  erasure_id   TEXT NOT NULL REFERENCES erasure (id),
  rule         TEXT NOT NULL,
  reason       TEXT NOT NULL,
  closed_at    @int NOT NULL,
  due_at       @int NOT NULL,
  requested_by TEXT NOT NULL,
  approved_by  TEXT NOT NULL CHECK (length(approved_by) > 0),
  erased_by    TEXT NOT NULL CHECK (length(erased_by) > 0),
  erased_at    @int NOT NULL
) @strict;

-- Nothing is overwritten and nothing is deleted.
-- +goose StatementBegin
CREATE TRIGGER journal_note_version_no_update BEFORE UPDATE ON journal_note_version BEGIN SELECT RAISE(ABORT, 'journal_note_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_note_version_no_delete BEFORE DELETE ON journal_note_version BEGIN SELECT RAISE(ABORT, 'journal_note_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_note_reader_no_update BEFORE UPDATE ON journal_note_reader BEGIN SELECT RAISE(ABORT, 'journal_note_reader is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_note_reader_no_delete BEFORE DELETE ON journal_note_reader BEGIN SELECT RAISE(ABORT, 'journal_note_reader is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER retention_step_no_update BEFORE UPDATE ON retention_step BEGIN SELECT RAISE(ABORT, 'retention_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER retention_step_no_delete BEFORE DELETE ON retention_step BEGIN SELECT RAISE(ABORT, 'retention_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_tombstone_no_update BEFORE UPDATE ON file_tombstone BEGIN SELECT RAISE(ABORT, 'file_tombstone is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_tombstone_no_delete BEFORE DELETE ON file_tombstone BEGIN SELECT RAISE(ABORT, 'file_tombstone is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_note_no_delete BEFORE DELETE ON journal_note BEGIN SELECT RAISE(ABORT, 'journal_note is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_closure_no_delete BEFORE DELETE ON file_closure BEGIN SELECT RAISE(ABORT, 'file_closure is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER legal_hold_no_delete BEFORE DELETE ON legal_hold BEGIN SELECT RAISE(ABORT, 'legal_hold is never deleted'); END;
-- +goose StatementEnd
