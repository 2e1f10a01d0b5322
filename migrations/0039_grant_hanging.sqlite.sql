-- +goose Up

-- Most grants are their own root. Only what hangs on another one is looked for by its root, so only that stands in the index.
DROP INDEX file_grant_of_root;
CREATE INDEX file_grant_of_root ON file_grant (root_id) WHERE root_id <> id;

-- What ends soon is looked for in a few days of one grantee, where few have ended before. So the index holds all, and a grant that
-- ends before its day does not have to leave it.
DROP INDEX file_grant_ending;
CREATE INDEX file_grant_ending ON file_grant (grantee_id, until_at);

-- Their proportions in the house of migration 0006.
DELETE FROM sqlite_stat1 WHERE idx IN ('file_grant_of_root', 'file_grant_ending');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('file_grant', 'file_grant_of_root', '600000 3'),
  ('file_grant', 'file_grant_ending', '1200000 2400 10');
