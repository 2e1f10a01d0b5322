-- +goose Up

-- A file's access moves with everything that decides who may enter it: its grants, exclusions, seals, openings and references,
-- whoever writes them. What was granted to somebody is kept in memory under it (gate.Recall), so that nothing stale is ever used.
ALTER TABLE file ADD COLUMN access INTEGER NOT NULL DEFAULT 1;

-- +goose StatementBegin
CREATE TRIGGER file_grant_new_moves_access AFTER INSERT ON file_grant
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE OF file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, purpose, basis, from_at, until_at, legal_basis, consent_id, emergency ON file_grant
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER exclusion_new_moves_access AFTER INSERT ON exclusion
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER exclusion_change_moves_access AFTER UPDATE ON exclusion
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_seal_new_moves_access AFTER INSERT ON file_seal
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_seal_change_moves_access AFTER UPDATE ON file_seal
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER seal_opening_new_moves_access AFTER INSERT ON seal_opening
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER seal_opening_change_moves_access AFTER UPDATE ON seal_opening
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_reference_new_moves_access AFTER INSERT ON file_reference
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd
