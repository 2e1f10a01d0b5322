-- +goose Up

-- Beyond which no review keeps a closed file; zero where no rule of those who wrote in it says so, and where it was closed before this was kept.
ALTER TABLE file_closure ADD COLUMN latest_at @int NOT NULL DEFAULT 0;
