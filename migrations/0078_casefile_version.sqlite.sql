-- +goose Up

-- The coded facts of a case, version by version: who said so, and when. Nothing that was written is lost by a change.
CREATE TABLE casefile_version (
  file_id      TEXT NOT NULL REFERENCES file (id),
  version      @int NOT NULL CHECK (version > 0),
  exploitation TEXT NOT NULL,
  sector       TEXT NOT NULL,
  country      TEXT NOT NULL,
  detected_by  TEXT NOT NULL,
  detected_on  TEXT NOT NULL,
  agency_id    TEXT REFERENCES agency (id),
  author_id    TEXT REFERENCES worker (id),
  written_at   @int NOT NULL,
  PRIMARY KEY (file_id, version)
) @strict;

-- Facts that were never changed are from whoever opened the file. Of others nobody was kept: what stands now is their version, its author and
-- its time unknown (no author, 0), and what stood before is lost.
INSERT INTO casefile_version (file_id, version, exploitation, sector, country, detected_by, detected_on, agency_id, author_id, written_at)
SELECT c.file_id, c.version, c.exploitation, c.sector, c.country, c.detected_by, c.detected_on, w.agency_id, w.id,
  CASE WHEN c.version = 1 THEN f.created_at ELSE 0 END
FROM casefile c
JOIN file f ON f.id = c.file_id
LEFT JOIN worker w ON w.id = f.created_by AND c.version = 1;

-- +goose StatementBegin
CREATE TRIGGER casefile_version_no_update BEFORE UPDATE ON casefile_version BEGIN SELECT RAISE(ABORT, 'casefile_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER casefile_version_no_delete BEFORE DELETE ON casefile_version BEGIN SELECT RAISE(ABORT, 'casefile_version is append-only'); END;
-- +goose StatementEnd
