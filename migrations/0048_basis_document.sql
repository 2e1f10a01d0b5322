-- +goose Up

-- What else a provision asks of the document behind a share, besides its number: its day, the article that it applies, and who issued
-- it. That may name a person, so it lies sealed under the file's key, in a share with a circle under the share's own place.
ALTER TABLE file_grant ADD COLUMN basis_on TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN basis_article TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN basis_by @bytes;
ALTER TABLE circle_share ADD COLUMN basis_on TEXT NOT NULL DEFAULT '';
ALTER TABLE circle_share ADD COLUMN basis_article TEXT NOT NULL DEFAULT '';
ALTER TABLE circle_share ADD COLUMN basis_by @bytes;
ALTER TABLE outside_package ADD COLUMN basis_on TEXT NOT NULL DEFAULT '';
ALTER TABLE outside_package ADD COLUMN basis_article TEXT NOT NULL DEFAULT '';
ALTER TABLE outside_package ADD COLUMN basis_by @bytes;
