-- +goose Up

-- Most grants are their own root. Only what hangs on another one is looked for by its root, so only that stands in the index. The
-- index of what ends soon stays one of what is live here: a row that changes is entered anew in each index that holds all.
DROP INDEX file_grant_of_root;
CREATE INDEX file_grant_of_root ON file_grant (root_id) WHERE root_id <> id;

-- A trigger that sees all rows of a statement cannot name columns, one that comes before the statement can: it leaves a mark for the
-- other in the transaction. Until now (0032) the other compared the rows as they were with what they had become, a thousand with a
-- thousand, also where only the order of lists had changed.
-- +goose StatementBegin
CREATE FUNCTION mark_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('relais.access', 'moves', true);
  RETURN NULL;
END;
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION move_access_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('relais.access', true) = 'moves' THEN
    PERFORM set_config('relais.access', '', true);
    UPDATE file SET access = access + 1 WHERE id IN (SELECT n.file_id FROM new_grant n);
  END IF;
  RETURN NULL;
END;
$$;
-- +goose StatementEnd

DROP TRIGGER file_grant_change_moves_access ON file_grant;
CREATE TRIGGER file_grant_change_marks_access BEFORE UPDATE OF file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, only_of, purpose, basis, from_at, until_at, legal_basis, consent_id, emergency ON file_grant
  FOR EACH STATEMENT EXECUTE FUNCTION mark_access();
CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE ON file_grant
  REFERENCING NEW TABLE AS new_grant FOR EACH STATEMENT EXECUTE FUNCTION move_access_of_changed();
