-- +goose Up

-- What an agency lets agencies of one discipline have at most: which sections, for how many days, and for how long a place in a
-- case team (none with 0). The highest version holds; an earlier one stays as it was set.
CREATE TABLE partner_ceiling (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  kind TEXT NOT NULL,
  version BIGINT NOT NULL CHECK (version > 0),
  sections BIGINT NOT NULL CHECK (sections >= 0),
  days BIGINT NOT NULL CHECK (days BETWEEN 1 AND 366),
  team_days BIGINT NOT NULL CHECK (team_days BETWEEN 0 AND 366),
  set_by TEXT NOT NULL REFERENCES worker (id),
  set_at BIGINT NOT NULL,
  PRIMARY KEY (agency_id, kind, version)
);
CREATE TRIGGER partner_ceiling_no_change BEFORE UPDATE OR DELETE ON partner_ceiling FOR EACH ROW EXECUTE FUNCTION relais_append_only();

-- A place in a case team opens the whole file, or as much of it as a ceiling leaves: it is still known as one when it is renewed.
ALTER TABLE file_grant ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
UPDATE file_grant SET place = 1 WHERE sections = 524287;

-- The signals of an agency in a period, for their figures.
CREATE INDEX signal_of_agency ON signal (agency_id, created_at);
CREATE INDEX signal_held_by ON signal_holder (agency_id, signal_id);
