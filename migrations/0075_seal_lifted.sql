-- +goose Up

-- The reference of the document that lifts the order under which a file was sealed. It lies sealed under the key of the agency that
-- sealed, because unsealing opens nothing of the file; seals lifted before this have none.
ALTER TABLE file_seal ADD COLUMN lifted_by @bytes;

CREATE INDEX file_seal_lifted ON file_seal (agency_id, ended_at, id) WHERE ended_at > 0;
