-- +goose Up

-- Each agency answers to what it was asked itself: of what an authority owes, one clock an agency, and of all else one on a file.
DROP INDEX clock_of_rule;
CREATE UNIQUE INDEX clock_of_rule ON clock (file_id, rule, (CASE WHEN kind = 'answer' THEN agency_id ELSE '' END)) WHERE state <> 'ended';
