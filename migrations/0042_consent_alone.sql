-- +goose Up

-- The version of a consent whose guardian is not asked any more, because the person has come of age before the guardian signed; 0 for
-- none. A newer version is the person's own.
ALTER TABLE consent ADD COLUMN alone_version @int NOT NULL DEFAULT 0;
