-- +goose Up

-- A colleague's word that there may be a breach. The agency has become aware with it, so its clock runs from there. The text lies sealed
-- under a key of the report's own.
CREATE TABLE breach_report (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  kind        TEXT NOT NULL CHECK (length(kind) > 0),
  noticed_at  @int NOT NULL,
  reported_by TEXT NOT NULL REFERENCES worker (id),
  reported_at @int NOT NULL CHECK (reported_at >= noticed_at),
  warn_at     @int NOT NULL,
  due_at      @int NOT NULL,
  sealed      @bytes NOT NULL
) @strict;
CREATE INDEX breach_report_of_agency ON breach_report (agency_id, reported_at, id);
CREATE INDEX breach_report_of_worker ON breach_report (reported_by, reported_at, id);
CREATE INDEX breach_report_due ON breach_report (warn_at, id);

-- The files that it names.
CREATE TABLE breach_report_file (
  report_id TEXT NOT NULL REFERENCES breach_report (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (report_id, file_id)
) @strict;

-- What became of it, once: a breach in the register, or none, with why. Without a row it waits.
CREATE TABLE breach_report_end (
  report_id  TEXT PRIMARY KEY REFERENCES breach_report (id),
  outcome    TEXT NOT NULL CHECK (outcome IN ('taken', 'none')),
  breach_id  TEXT REFERENCES breach (id),
  sealed     @bytes,
  decided_by TEXT NOT NULL REFERENCES worker (id),
  decided_at @int NOT NULL,
  CHECK ((outcome = 'taken') = (breach_id IS NOT NULL)),
  CHECK ((outcome = 'none') = (sealed IS NOT NULL))
) @strict;
CREATE UNIQUE INDEX breach_report_became ON breach_report_end (breach_id) WHERE breach_id IS NOT NULL;

-- Of which reports the program has said that the term ends, and that it is over.
CREATE TABLE breach_report_step (
  report_id TEXT NOT NULL REFERENCES breach_report (id),
  step      TEXT NOT NULL CHECK (step IN ('reminded', 'overdue')),
  at        @int NOT NULL,
  PRIMARY KEY (report_id, step)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER breach_report_no_delete BEFORE DELETE ON breach_report BEGIN SELECT RAISE(ABORT, 'breach_report is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_no_update BEFORE UPDATE ON breach_report BEGIN SELECT RAISE(ABORT, 'breach_report is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_file_no_delete BEFORE DELETE ON breach_report_file BEGIN SELECT RAISE(ABORT, 'breach_report_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_file_no_update BEFORE UPDATE ON breach_report_file BEGIN SELECT RAISE(ABORT, 'breach_report_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_end_no_delete BEFORE DELETE ON breach_report_end BEGIN SELECT RAISE(ABORT, 'breach_report_end is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_end_no_update BEFORE UPDATE ON breach_report_end BEGIN SELECT RAISE(ABORT, 'breach_report_end is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_step_no_delete BEFORE DELETE ON breach_report_step BEGIN SELECT RAISE(ABORT, 'breach_report_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER breach_report_step_no_update BEFORE UPDATE ON breach_report_step BEGIN SELECT RAISE(ABORT, 'breach_report_step is append-only'); END;
-- +goose StatementEnd
