-- +goose Up

-- Something to be done on a file, by a desk, a person or the supervisors of an agency, until an instant. What people wrote lies
-- under the file's key; a rule's task has no text. Whoever has lost the file is shown none of its tasks.
CREATE TABLE task (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  code         TEXT NOT NULL CHECK (length(code) > 0),
  rule         TEXT NOT NULL DEFAULT '',
  subject      TEXT NOT NULL DEFAULT '',
  flag         @int NOT NULL DEFAULT 0 CHECK (flag IN (0, 1)),
  text         @bytes,
  made_at      @int NOT NULL,
  made_by      TEXT NOT NULL DEFAULT '',
  made_agency_id TEXT NOT NULL DEFAULT '',
  to_kind      TEXT NOT NULL CHECK (to_kind IN ('desk', 'worker', 'supervisors')),
  to_id        TEXT NOT NULL CHECK (length(to_id) > 0),
  to_agency_id TEXT NOT NULL REFERENCES agency (id),
  due_at       @int NOT NULL CHECK (due_at > 0),
  waits_for    TEXT NOT NULL DEFAULT '',
  link         TEXT NOT NULL DEFAULT '',
  link_id      TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'done', 'cancelled')),
  closed_at    @int NOT NULL DEFAULT 0,
  closed_by    TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1
) @strict;
-- A rule asks once for a thing, however often it is run.
CREATE UNIQUE INDEX task_of_rule ON task (file_id, rule, subject) WHERE rule <> '';
-- What a list shows and a number counts is found in the index, and never among what is closed.
CREATE INDEX task_due ON task (to_id, state, flag, due_at, id, file_id, to_agency_id);
CREATE INDEX task_of_house ON task (to_agency_id, state, flag, due_at, id, file_id);
CREATE INDEX task_given ON task (made_by, state, due_at, id, file_id, to_id, to_agency_id);
CREATE INDEX task_closed ON task (to_id, closed_at, id) WHERE closed_at > 0;
CREATE INDEX task_of_file ON task (file_id, state, due_at, id);
CREATE INDEX task_open ON task (id) WHERE closed_at = 0;
CREATE INDEX task_blocked ON task (waits_for) WHERE state = 'waiting';
CREATE INDEX task_flag ON task (due_at, id) WHERE closed_at = 0 AND flag = 1;

-- Every step of a task; nothing of it is changed or taken away.
CREATE TABLE task_step (
  id           TEXT PRIMARY KEY,
  task_id      TEXT NOT NULL REFERENCES task (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  step         TEXT NOT NULL CHECK (length(step) > 0),
  at           @int NOT NULL,
  worker_id    TEXT NOT NULL DEFAULT '',
  agency_id    TEXT NOT NULL DEFAULT '',
  to_kind      TEXT NOT NULL,
  to_id        TEXT NOT NULL,
  to_agency_id TEXT NOT NULL,
  due_at       @int NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  note         @bytes
) @strict;
CREATE INDEX task_step_of_task ON task_step (task_id, at, id);
CREATE INDEX task_step_of_file ON task_step (file_id, at, id);

-- +goose StatementBegin
CREATE TRIGGER task_no_delete BEFORE DELETE ON task BEGIN SELECT RAISE(ABORT, 'task is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER task_step_no_update BEFORE UPDATE ON task_step BEGIN SELECT RAISE(ABORT, 'task_step is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER task_step_no_delete BEFORE DELETE ON task_step BEGIN SELECT RAISE(ABORT, 'task_step is append-only'); END;
-- +goose StatementEnd
