-- +goose Up

-- A file's access moves with everything that decides who may enter it: its grants, exclusions, seals, openings and references,
-- whoever writes them. What was granted to somebody is kept in memory under it (gate.Recall), so that nothing stale is ever used.
ALTER TABLE file ADD COLUMN access BIGINT NOT NULL DEFAULT 1;

-- +goose StatementBegin
CREATE FUNCTION move_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
  RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER file_grant_new_moves_access AFTER INSERT ON file_grant FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE OF file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, purpose, basis, from_at, until_at, legal_basis, consent_id, emergency ON file_grant FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER exclusion_new_moves_access AFTER INSERT ON exclusion FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER exclusion_change_moves_access AFTER UPDATE ON exclusion FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER file_seal_new_moves_access AFTER INSERT ON file_seal FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER file_seal_change_moves_access AFTER UPDATE ON file_seal FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER seal_opening_new_moves_access AFTER INSERT ON seal_opening FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER seal_opening_change_moves_access AFTER UPDATE ON seal_opening FOR EACH ROW EXECUTE FUNCTION move_access();
CREATE TRIGGER file_reference_new_moves_access AFTER INSERT ON file_reference FOR EACH ROW EXECUTE FUNCTION move_access();
