-- +goose Up

-- What each desk offers, in the words of the desk itself: codes, opening hours, and how the desk is reached. No person stands in
-- it and no address. Each writing is a version; the newest is what is read.
CREATE TABLE directory_listing (
  desk_id      TEXT NOT NULL REFERENCES desk (id),
  version      @int NOT NULL CHECK (version > 1),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  written_by   TEXT NOT NULL,
  written_at   @int NOT NULL,
  services     TEXT NOT NULL CHECK (length(services) > 0),
  languages    TEXT NOT NULL CHECK (length(languages) > 0),
  people       TEXT NOT NULL DEFAULT '',
  exploitation TEXT NOT NULL DEFAULT '',
  area         TEXT NOT NULL DEFAULT '',
  always_open  @int NOT NULL CHECK (always_open IN (0, 1)),
  days         TEXT NOT NULL DEFAULT '',
  opens        TEXT NOT NULL DEFAULT '',
  closes       TEXT NOT NULL DEFAULT '',
  email        TEXT NOT NULL DEFAULT '',
  phone        TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (desk_id, version)
) @strict;

-- How many places a desk said were free, and when it said so.
CREATE TABLE directory_places (
  id        TEXT PRIMARY KEY,
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  free      @int NOT NULL CHECK (free >= 0),
  told_by   TEXT NOT NULL,
  told_at   @int NOT NULL
) @strict;
CREATE INDEX directory_places_of_desk ON directory_places (desk_id, told_at, id);

-- A question about somebody whom nobody names, from one desk to another: codes in clear, the words under a key of the
-- question's own.
CREATE TABLE question (
  id           TEXT PRIMARY KEY,
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  desk_id      TEXT NOT NULL REFERENCES desk (id),
  to_agency_id TEXT NOT NULL REFERENCES agency (id),
  to_desk_id   TEXT NOT NULL REFERENCES desk (id),
  need         TEXT NOT NULL CHECK (length(need) > 0),
  exploitation TEXT NOT NULL DEFAULT '',
  age_band     TEXT NOT NULL DEFAULT '',
  sex          TEXT NOT NULL DEFAULT '',
  country      TEXT NOT NULL DEFAULT '',
  language     TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL CHECK (state IN ('open', 'closed', 'lapsed', 'referred')),
  created_by   TEXT NOT NULL,
  created_at   @int NOT NULL,
  spoken_at    @int NOT NULL,
  spoken_desk  TEXT NOT NULL REFERENCES desk (id),
  ended_at     @int NOT NULL DEFAULT 0,
  erased_at    @int NOT NULL DEFAULT 0,
  referral_id  TEXT NOT NULL DEFAULT '',
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX question_from ON question (desk_id, created_at, id);
CREATE INDEX question_to ON question (to_desk_id, created_at, id);
CREATE INDEX question_silent ON question (spoken_at, id) WHERE state = 'open';
CREATE INDEX question_ended ON question (ended_at, id) WHERE state <> 'open' AND erased_at = 0;

CREATE TABLE question_word (
  id          TEXT PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES question (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  desk_id     TEXT NOT NULL REFERENCES desk (id),
  written_by  TEXT NOT NULL,
  written_at  @int NOT NULL,
  sealed      @bytes NOT NULL
) @strict;
CREATE INDEX question_word_of ON question_word (question_id, written_at, id);

-- Which of the asker's own files a question is about. The receiving desk has no statement that reads this table.
CREATE TABLE question_file (
  question_id TEXT PRIMARY KEY REFERENCES question (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  linked_by   TEXT NOT NULL,
  linked_at   @int NOT NULL
) @strict;
CREATE INDEX question_file_of ON question_file (file_id);

-- +goose StatementBegin
CREATE TRIGGER directory_listing_no_update BEFORE UPDATE ON directory_listing BEGIN SELECT RAISE(ABORT, 'directory_listing is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER directory_listing_no_delete BEFORE DELETE ON directory_listing BEGIN SELECT RAISE(ABORT, 'directory_listing is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER directory_places_no_update BEFORE UPDATE ON directory_places BEGIN SELECT RAISE(ABORT, 'directory_places is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER directory_places_no_delete BEFORE DELETE ON directory_places BEGIN SELECT RAISE(ABORT, 'directory_places is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER question_no_delete BEFORE DELETE ON question BEGIN SELECT RAISE(ABORT, 'question is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER question_word_no_update BEFORE UPDATE ON question_word BEGIN SELECT RAISE(ABORT, 'question_word is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER question_word_no_delete BEFORE DELETE ON question_word BEGIN SELECT RAISE(ABORT, 'question_word is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER question_file_no_update BEFORE UPDATE ON question_file BEGIN SELECT RAISE(ABORT, 'question_file is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER question_file_no_delete BEFORE DELETE ON question_file BEGIN SELECT RAISE(ABORT, 'question_file is append-only'); END;
-- +goose StatementEnd
