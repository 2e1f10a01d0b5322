-- +goose Up

-- A grant that ends leaves the indexes of what is live and enters none: a withdrawal ends a thousand at once.
DROP INDEX file_grant_list;
DROP INDEX file_grant_ending;
DROP INDEX file_grant_of_file;
CREATE INDEX file_grant_list ON file_grant (grantee_id, kind, sort_at, file_id) WHERE state = 'live';
CREATE INDEX file_grant_ending ON file_grant (grantee_id, until_at) WHERE state = 'live';
CREATE INDEX file_grant_of_file ON file_grant (file_id, grantee_id);
