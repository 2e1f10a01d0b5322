-- +goose Up

-- Which agencies agreed to a grant besides the one that gives it: what one of them marks for named recipients only (TLP:RED) is open to
-- its grantee. Who renews a grant keeps the agreement of who gave it before.
ALTER TABLE file_grant ADD COLUMN agreed TEXT NOT NULL DEFAULT '';
