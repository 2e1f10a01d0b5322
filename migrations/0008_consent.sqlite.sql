-- +goose Up

-- A consent is what one person allowed: which sections may go to whom, for what, until when, and how they were asked. The row
-- points to its newest version; versions are only added, and a withdrawal keeps them as the proof.
CREATE TABLE consent (
  id             TEXT PRIMARY KEY,
  file_id        TEXT NOT NULL REFERENCES file (id),
  agency_id      TEXT NOT NULL REFERENCES agency (id),
  created_at     @int NOT NULL,
  withdrawn_at   @int NOT NULL DEFAULT 0,
  withdrawn_by   TEXT NOT NULL DEFAULT '',
  withdrawn_agency_id TEXT NOT NULL DEFAULT '',
  withdrawn_how  TEXT NOT NULL DEFAULT '',
  withdrawn_note @bytes,
  version        @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX consent_of_file ON consent (file_id, id);

CREATE TABLE consent_version (
  consent_id TEXT NOT NULL REFERENCES consent (id),
  version    @int NOT NULL,
  author_id  TEXT NOT NULL,
  written_at @int NOT NULL,
  sections   @int NOT NULL CHECK (sections > 0),
  purposes   TEXT NOT NULL CHECK (length(purposes) > 0),
  asked_on   TEXT NOT NULL CHECK (length(asked_on) = 10),
  until_at   @int NOT NULL CHECK (until_at > 0),
  how        TEXT NOT NULL CHECK (length(how) > 0),
  explained  TEXT NOT NULL CHECK (length(explained) > 0),
  sealed     @bytes NOT NULL,
  PRIMARY KEY (consent_id, version)
) @strict;

-- To whom a version of a consent lets the sections go: an agency with all its desks, or one desk.
CREATE TABLE consent_recipient (
  consent_id TEXT NOT NULL,
  version    @int NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (consent_id, version, agency_id, desk_id),
  FOREIGN KEY (consent_id, version) REFERENCES consent_version (consent_id, version)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_version_no_update BEFORE UPDATE ON consent_version BEGIN SELECT RAISE(ABORT, 'consent_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_version_no_delete BEFORE DELETE ON consent_version BEGIN SELECT RAISE(ABORT, 'consent_version is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_recipient_no_update BEFORE UPDATE ON consent_recipient BEGIN SELECT RAISE(ABORT, 'consent_recipient is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_recipient_no_delete BEFORE DELETE ON consent_recipient BEGIN SELECT RAISE(ABORT, 'consent_recipient is append-only'); END;
-- +goose StatementEnd
