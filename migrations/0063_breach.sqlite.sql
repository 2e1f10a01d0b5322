-- +goose Up

-- A breach of personal data at an agency (GDPR art. 33, directive 2016/680 art. 30). The row says which version is the newest.
CREATE TABLE breach (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  created_by TEXT NOT NULL REFERENCES worker (id),
  created_at @int NOT NULL,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX breach_of_agency ON breach (agency_id, created_at, id);

-- What is known of it, as somebody wrote it down; a correction is a version more. The texts lie sealed under a key of the breach's own.
CREATE TABLE breach_version (
  breach_id  TEXT NOT NULL REFERENCES breach (id),
  version    @int NOT NULL,
  kind       TEXT NOT NULL CHECK (length(kind) > 0),
  known_at   @int NOT NULL,
  warn_at    @int NOT NULL,
  due_at     @int NOT NULL,
  persons    @int NOT NULL CHECK (persons >= 0),
  authority  TEXT NOT NULL CHECK (authority IN ('pending', 'told', 'no_risk')),
  told_at    @int NOT NULL,
  subjects   TEXT NOT NULL CHECK (subjects IN ('undecided', 'high_risk', 'told', 'exempt')),
  subjects_on TEXT NOT NULL,
  exemption  TEXT NOT NULL,
  sealed     @bytes NOT NULL,
  written_by TEXT NOT NULL REFERENCES worker (id),
  written_at @int NOT NULL,
  PRIMARY KEY (breach_id, version),
  CHECK ((authority = 'told') = (told_at > 0)),
  CHECK ((subjects = 'told') = (subjects_on <> '')),
  CHECK ((subjects = 'exempt') = (exemption <> ''))
) @strict;
CREATE INDEX breach_pending ON breach_version (warn_at, breach_id) WHERE authority = 'pending';

-- The files that it touched, as far as they are known in a version.
CREATE TABLE breach_file (
  breach_id TEXT NOT NULL,
  version   @int NOT NULL,
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (breach_id, version, file_id),
  FOREIGN KEY (breach_id, version) REFERENCES breach_version (breach_id, version)
) @strict;

-- Of which end of the clock the program has reminded, and which it has told to be missed. Another end is reminded of anew.
CREATE TABLE breach_step (
  breach_id TEXT NOT NULL REFERENCES breach (id),
  step      TEXT NOT NULL CHECK (step IN ('reminded', 'overdue')),
  due_at    @int NOT NULL,
  at        @int NOT NULL,
  PRIMARY KEY (breach_id, step, due_at)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach BEGIN SELECT RAISE(ABORT, 'breach is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_version_no_delete BEFORE DELETE ON breach_version BEGIN SELECT RAISE(ABORT, 'breach_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_version_no_update BEFORE UPDATE ON breach_version BEGIN SELECT RAISE(ABORT, 'breach_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_file_no_delete BEFORE DELETE ON breach_file BEGIN SELECT RAISE(ABORT, 'breach_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_file_no_update BEFORE UPDATE ON breach_file BEGIN SELECT RAISE(ABORT, 'breach_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_step_no_delete BEFORE DELETE ON breach_step BEGIN SELECT RAISE(ABORT, 'breach_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_step_no_update BEFORE UPDATE ON breach_step BEGIN SELECT RAISE(ABORT, 'breach_step is append-only'); END;
-- +goose StatementEnd
