-- +goose Up

-- A file's version moves with everything that is kept in memory of it (gate.Recall), whoever writes it: so nothing stale is
-- ever used.
-- +goose StatementBegin
CREATE FUNCTION relais_entry_moves_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET version = version + 1 WHERE id = (SELECT file_id FROM entry WHERE id = NEW.entry_id);
  RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER entry_version_moves_file AFTER INSERT ON entry_version FOR EACH ROW EXECUTE FUNCTION relais_entry_moves_file();

-- +goose StatementBegin
CREATE FUNCTION relais_key_moves_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.owner_id;
  RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER data_key_moves_file AFTER UPDATE ON data_key FOR EACH ROW EXECUTE FUNCTION relais_key_moves_file();

-- +goose StatementBegin
CREATE FUNCTION relais_victim_moves_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.file_id;
  RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER victim_moves_file AFTER UPDATE ON victim FOR EACH ROW EXECUTE FUNCTION relais_victim_moves_file();
