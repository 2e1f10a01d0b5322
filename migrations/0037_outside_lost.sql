-- +goose Up

-- A link that nobody can open any more because whoever sent it may no longer pass on what is in it.
ALTER TABLE outside_package ADD COLUMN lost @int NOT NULL DEFAULT 0 CHECK (lost IN (0, 1));
