-- +goose Up

-- What was offered and never taken is found by its end; there is little of it at any time.
CREATE INDEX file_grant_offered ON file_grant (until_at) WHERE state = 'offered';
