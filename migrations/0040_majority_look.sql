-- +goose Up

-- The files that the work of the eighteenth birthdays has to look at by themselves: where a birth date was corrected, where a closed
-- file was opened again, and where looking failed. A row tells nothing of the person; it is kept when it is done.
CREATE TABLE majority_look (
  file_id   TEXT PRIMARY KEY REFERENCES file (id),
  asked_at  @int NOT NULL,
  next_at   @int NOT NULL,           -- when to look next
  failed_at @int NOT NULL DEFAULT 0, -- since when it has failed
  told_at   @int NOT NULL DEFAULT 0, -- when the supervisors were told that it fails
  done_at   @int NOT NULL DEFAULT 0
) @strict;
CREATE INDEX majority_look_due ON majority_look (next_at) WHERE done_at = 0;
