-- +goose Up

-- How far the pass of the eighteenth birthdays has come. It holds no day of any person: who comes of age is found by the keyed
-- tokens of the birth dates, which the search has anyway.
CREATE TABLE majority_pass (
  one       @int PRIMARY KEY CHECK (one = 1),
  day       TEXT NOT NULL, -- on which it ran
  from_day  TEXT NOT NULL, -- the first day that it still has to look at
  after_id  TEXT NOT NULL
) @strict;
INSERT INTO majority_pass (one, day, from_day, after_id) VALUES (1, '', '', '');
