-- +goose Up

-- What was decided on a grant in a quarter's review of who still has access: once a quarter, by the agency that leads the file.
CREATE TABLE access_review (
  id         TEXT PRIMARY KEY,
  grant_id   TEXT NOT NULL REFERENCES file_grant (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL,
  quarter    TEXT NOT NULL CHECK (length(quarter) = 7),
  decision   TEXT NOT NULL CHECK (decision IN ('keep', 'end')),
  reason     TEXT NOT NULL,
  decided_by TEXT NOT NULL REFERENCES worker (id),
  decided_at @int NOT NULL,
  UNIQUE (grant_id, quarter)
) @strict;
CREATE INDEX access_review_of_desk ON access_review (desk_id, quarter);

-- Which step of a quarter's review the program has taken: asked for it, and told what was left over.
CREATE TABLE access_review_step (
  quarter TEXT NOT NULL,
  step    TEXT NOT NULL CHECK (step IN ('asked', 'missed')),
  at      @int NOT NULL,
  PRIMARY KEY (quarter, step)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER access_review_no_delete BEFORE DELETE ON access_review BEGIN SELECT RAISE(ABORT, 'access_review is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER access_review_no_update BEFORE UPDATE ON access_review BEGIN SELECT RAISE(ABORT, 'access_review is append-only'); END;
-- +goose StatementEnd
