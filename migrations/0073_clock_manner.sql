-- +goose Up

-- How each rule of a country was dealt with when open clocks were last held against the packs: when who is told, how often it is renewed and
-- what ends it. All this follows a new version at once, and what has changed is told.
CREATE TABLE clock_manner (
  country TEXT NOT NULL CHECK (country IN ('BE', 'NL', 'LU')),
  rule    TEXT NOT NULL,
  manner  TEXT NOT NULL,
  PRIMARY KEY (country, rule)
) @strict;
