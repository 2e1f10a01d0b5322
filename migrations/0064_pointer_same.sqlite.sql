-- +goose Up

-- That one side of a pointer says, having talked with the other, that both files are of the same person. Once both have said so the
-- person is counted once.
CREATE TABLE pointer_same (
  pointer_id TEXT NOT NULL REFERENCES pointer (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  said_by    TEXT NOT NULL REFERENCES worker (id),
  said_at    @int NOT NULL,
  PRIMARY KEY (pointer_id, agency_id)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER pointer_same_no_update BEFORE UPDATE ON pointer_same BEGIN SELECT RAISE(ABORT, 'pointer_same is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pointer_same_no_delete BEFORE DELETE ON pointer_same BEGIN SELECT RAISE(ABORT, 'pointer_same is append-only'); END;
-- +goose StatementEnd
