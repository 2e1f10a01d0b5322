-- +goose Up

-- A grant that ends leaves the indexes of what is live and enters none: a withdrawal ends a thousand at once.
DROP INDEX file_grant_list;
DROP INDEX file_grant_ending;
DROP INDEX file_grant_of_file;
CREATE INDEX file_grant_list ON file_grant (grantee_id, kind, sort_at, file_id) WHERE state = 'live';
CREATE INDEX file_grant_ending ON file_grant (grantee_id, until_at) WHERE state = 'live';
CREATE INDEX file_grant_of_file ON file_grant (file_id, grantee_id);

-- Their proportions in the house of migration 0006.
DELETE FROM sqlite_stat1 WHERE idx IN ('file_grant_list', 'file_grant_ending', 'file_grant_of_file');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('file_grant', 'file_grant_list', '960000 1920 960 2 1'),
  ('file_grant', 'file_grant_ending', '960000 1920 10'),
  ('file_grant', 'file_grant_of_file', '1200000 4 1');
