-- +goose Up

-- A file's version moves with everything that is kept in memory of it (gate.Recall), whoever writes it: so nothing stale is
-- ever used.
-- +goose StatementBegin
CREATE TRIGGER entry_version_moves_file AFTER INSERT ON entry_version
BEGIN
  UPDATE file SET version = version + 1 WHERE id = (SELECT file_id FROM entry WHERE id = NEW.entry_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER data_key_moves_file AFTER UPDATE ON data_key
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.owner_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER victim_moves_file AFTER UPDATE ON victim
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd
