-- +goose Up

-- What is due and what nobody was told of yet lie in one index, which a grant leaves when it ends.
DROP INDEX file_grant_due;
DROP INDEX file_grant_untold;
CREATE INDEX file_grant_due ON file_grant ((CASE WHEN told_at = 0 THEN 0 ELSE 1 END), until_at) WHERE state IN ('live', 'sealed');

-- A file's access moves once with a statement that changes its grants, however many: row by row, a thousand grants that end
-- together wrote a thousand versions of one row of file, each reading all before it.
DROP TRIGGER file_grant_new_moves_access ON file_grant;
DROP TRIGGER file_grant_change_moves_access ON file_grant;

-- +goose StatementBegin
CREATE FUNCTION move_access_of_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET access = access + 1 WHERE id IN (SELECT n.file_id FROM new_grant n);
  RETURN NULL;
END;
$$;
-- +goose StatementEnd

-- A trigger that sees all rows of a statement cannot name columns, so it takes the rows that were not so before. Not by a join:
-- a plan that was made for one row is kept, and compares a thousand with a thousand.
-- +goose StatementBegin
CREATE FUNCTION move_access_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET access = access + 1
  WHERE id IN (
    SELECT c.file_id
    FROM (
      SELECT id, file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, purpose, basis, from_at, until_at,
        legal_basis, consent_id, emergency
      FROM new_grant
      EXCEPT
      SELECT id, file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, purpose, basis, from_at, until_at,
        legal_basis, consent_id, emergency
      FROM old_grant) c);
  RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER file_grant_new_moves_access AFTER INSERT ON file_grant
  REFERENCING NEW TABLE AS new_grant FOR EACH STATEMENT EXECUTE FUNCTION move_access_of_new();
CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE ON file_grant
  REFERENCING OLD TABLE AS old_grant NEW TABLE AS new_grant FOR EACH STATEMENT EXECUTE FUNCTION move_access_of_changed();
