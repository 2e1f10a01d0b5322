-- +goose Up

-- A grant may open of some of its sections the entries of some agencies only: " health:<agency> identifiers:<agency> ". Empty is what
-- it was before: whoever wrote there. What a circle is given is kept in the same words, for a desk that joins later.
ALTER TABLE file_grant ADD COLUMN only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% ');
ALTER TABLE circle_share ADD COLUMN only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% ');

DROP TRIGGER file_grant_change_moves_access;

-- +goose StatementBegin
CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE OF file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, only_of, purpose, basis, from_at, until_at, legal_basis, consent_id, emergency ON file_grant
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;
-- +goose StatementEnd
