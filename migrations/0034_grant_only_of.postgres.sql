-- +goose Up

-- A grant may open of some of its sections the entries of some agencies only: " health:<agency> identifiers:<agency> ". Empty is what
-- it was before: whoever wrote there. What a circle is given is kept in the same words, for a desk that joins later.
ALTER TABLE file_grant ADD COLUMN only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% ');
ALTER TABLE circle_share ADD COLUMN only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% ');

-- Whose entries are open moves the file's access like the other columns (0032).
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION move_access_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE file SET access = access + 1
  WHERE id IN (
    SELECT c.file_id
    FROM (
      SELECT id, file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, only_of, purpose, basis, from_at,
        until_at, legal_basis, consent_id, emergency
      FROM new_grant
      EXCEPT
      SELECT id, file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, only_of, purpose, basis, from_at,
        until_at, legal_basis, consent_id, emergency
      FROM old_grant) c);
  RETURN NULL;
END;
$$;
-- +goose StatementEnd
