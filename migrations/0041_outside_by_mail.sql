-- +goose Up

-- Whether a link was meant to go by mail: one that was not taken by a mail server is made anew, since nobody keeps it.
ALTER TABLE outside_package ADD COLUMN by_mail @int NOT NULL DEFAULT 0 CHECK (by_mail IN (0, 1));
UPDATE outside_package SET by_mail = 1 WHERE mailed_at > 0;
