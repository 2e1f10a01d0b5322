-- +goose Up

-- Nothing is overwritten and nobody hard-deletes: versions only come on top, files and grants only end.
-- +goose StatementBegin
CREATE TRIGGER entry_version_no_update BEFORE UPDATE ON entry_version BEGIN SELECT RAISE(ABORT, 'entry_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entry_version_no_delete BEFORE DELETE ON entry_version BEGIN SELECT RAISE(ABORT, 'entry_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_no_delete BEFORE DELETE ON file BEGIN SELECT RAISE(ABORT, 'file is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_grant_no_delete BEFORE DELETE ON file_grant BEGIN SELECT RAISE(ABORT, 'file_grant is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral BEGIN SELECT RAISE(ABORT, 'referral is never deleted'); END;
-- +goose StatementEnd
