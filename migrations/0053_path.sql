-- +goose Up

-- Who the guardian of a child is where that is nobody of this program, and the document that made them so; sealed.
ALTER TABLE guardian ADD COLUMN words @bytes;

-- The day on which somebody looks whether a clock that stands still has to go on; empty where it runs.
ALTER TABLE clock ADD COLUMN review_on TEXT NOT NULL DEFAULT '';

-- A task that is late is told once to who does it and once to who answers for them: when that comes next, and how often it was.
ALTER TABLE task ADD COLUMN tell_at @int NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN told @int NOT NULL DEFAULT 0;
UPDATE task SET tell_at = due_at WHERE closed_at = 0 AND flag = 0;
CREATE INDEX task_to_tell ON task (tell_at, id) WHERE closed_at = 0 AND tell_at > 0;
