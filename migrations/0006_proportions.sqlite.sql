-- +goose Up

-- SQLite plans without statistics unless it is told. Left to its guesses it reads every live grant of the house to find
-- those of one file, because an index that ends in a range looks narrow to it. These are the proportions of a house with
-- 100,000 cases, 4 grants a file and 500 grantees: rows in all, then rows for each value of the first column, of the first two …
ANALYZE policy_state;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('file_grant', 'sqlite_autoindex_file_grant_1', '1200000 1'),
  ('file_grant', 'file_grant_list', '1200000 2400 1200 800 2 1'),
  ('file_grant', 'file_grant_of_file', '1200000 4 3 1'),
  ('file_grant', 'file_grant_of_root', '1200000 3'),
  ('file_grant', 'file_grant_due', '1200000 400000 50'),
  ('file_grant', 'file_grant_ending', '1200000 2400 1600 10');
