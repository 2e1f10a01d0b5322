-- +goose Up

-- A referral that was accepted and taken back: by whom, when and why. Its own row stays as it was answered. Where it ended because
-- what it was passed on from was taken back, came_of names that one.
CREATE TABLE referral_recall (
  referral_id TEXT PRIMARY KEY REFERENCES referral (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  recalled_by TEXT NOT NULL REFERENCES worker (id),
  recalled_at @int NOT NULL CHECK (recalled_at > 0),
  reason      TEXT NOT NULL CHECK (length(reason) > 0),
  came_of     TEXT NOT NULL DEFAULT ''
) @strict;

-- What ended with it: the access itself, and what was passed on from it.
CREATE TABLE recall_grant (
  referral_id TEXT NOT NULL REFERENCES referral_recall (referral_id),
  grant_id    TEXT NOT NULL REFERENCES file_grant (id),
  PRIMARY KEY (referral_id, grant_id)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER referral_recall_no_update BEFORE UPDATE ON referral_recall BEGIN SELECT RAISE(ABORT, 'referral_recall is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referral_recall_no_delete BEFORE DELETE ON referral_recall BEGIN SELECT RAISE(ABORT, 'referral_recall is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recall_grant_no_update BEFORE UPDATE ON recall_grant BEGIN SELECT RAISE(ABORT, 'recall_grant is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recall_grant_no_delete BEFORE DELETE ON recall_grant BEGIN SELECT RAISE(ABORT, 'recall_grant is append-only'); END;
-- +goose StatementEnd
