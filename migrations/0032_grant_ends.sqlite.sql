-- +goose Up

-- What is due and what nobody was told of yet lie in one index, which a grant leaves when it ends.
DROP INDEX file_grant_due;
DROP INDEX file_grant_untold;
CREATE INDEX file_grant_due ON file_grant ((CASE WHEN told_at = 0 THEN 0 ELSE 1 END), until_at) WHERE state IN ('live', 'sealed');

DELETE FROM sqlite_stat1 WHERE idx IN ('file_grant_due', 'file_grant_untold');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('file_grant', 'file_grant_due', '960000 480000 50');
