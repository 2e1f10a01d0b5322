-- +goose Up

-- Circles: standing groups of desks. The name lies under the owner agency's key. A desk in a circle sees by a grant what was
-- shared with the circle, and the grant names the circle, so that it ends with the membership.
CREATE TABLE circle (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL REFERENCES desk (id),
  name       @bytes NOT NULL,
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  created_by TEXT NOT NULL,
  created_at @int NOT NULL,
  until_at   @int NOT NULL CHECK (until_at > 0),
  closed_at  @int NOT NULL DEFAULT 0,
  closed_by  TEXT NOT NULL DEFAULT '',
  version    @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE circle_member (
  id        TEXT PRIMARY KEY,
  circle_id TEXT NOT NULL REFERENCES circle (id),
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  from_at   @int NOT NULL,
  added_by  TEXT NOT NULL,
  ended_at  @int NOT NULL DEFAULT 0,
  ended_by  TEXT NOT NULL DEFAULT ''
) @strict;
CREATE UNIQUE INDEX circle_member_live ON circle_member (circle_id, desk_id) WHERE ended_at = 0;
CREATE INDEX circle_member_of_desk ON circle_member (desk_id, ended_at);

-- What was shared with a circle, and on what terms, so that a desk that joins can be given the same.
CREATE TABLE circle_share (
  id          TEXT PRIMARY KEY,
  circle_id   TEXT NOT NULL REFERENCES circle (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  sections    @int NOT NULL,
  purpose     TEXT NOT NULL CHECK (length(purpose) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref   TEXT NOT NULL DEFAULT '',
  legal_basis TEXT NOT NULL DEFAULT '',
  consent_id  TEXT NOT NULL DEFAULT '',
  shared_by   TEXT NOT NULL,
  at          @int NOT NULL,
  until_at    @int NOT NULL,
  ended_at    @int NOT NULL DEFAULT 0,
  ended_by    TEXT NOT NULL DEFAULT '',
  version     @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX circle_share_live ON circle_share (circle_id, file_id, agency_id) WHERE ended_at = 0;
CREATE INDEX circle_share_of_file ON circle_share (file_id);

-- A case consultation (Belgian Criminal Code, article 458ter): who took part and on what ground. The minutes lie under a key
-- of the consultation's own; it opens no file.
CREATE TABLE consultation (
  id           TEXT PRIMARY KEY,
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  desk_id      TEXT NOT NULL REFERENCES desk (id),
  ground       TEXT NOT NULL CHECK (length(ground) > 0),
  permission   TEXT NOT NULL CHECK (length(permission) > 0),
  permitted_on TEXT NOT NULL CHECK (length(permitted_on) > 0),
  held_on      TEXT NOT NULL CHECK (length(held_on) > 0),
  aim          TEXT NOT NULL CHECK (length(aim) > 0),
  subject      @bytes,
  state        TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  created_by   TEXT NOT NULL,
  created_at   @int NOT NULL,
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX consultation_of_desk ON consultation (desk_id, created_at, id);

CREATE TABLE consultation_participant (
  consultation_id TEXT NOT NULL REFERENCES consultation (id),
  desk_id         TEXT NOT NULL REFERENCES desk (id),
  agency_id       TEXT NOT NULL REFERENCES agency (id),
  PRIMARY KEY (consultation_id, desk_id)
) @strict;
CREATE INDEX consultation_participant_of_desk ON consultation_participant (desk_id);

CREATE TABLE consultation_minutes (
  consultation_id TEXT NOT NULL REFERENCES consultation (id),
  version         @int NOT NULL,
  written_by      TEXT NOT NULL,
  agency_id       TEXT NOT NULL REFERENCES agency (id),
  written_at      @int NOT NULL,
  marking         TEXT NOT NULL DEFAULT '',
  sealed          @bytes NOT NULL,
  PRIMARY KEY (consultation_id, version)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER circle_no_delete BEFORE DELETE ON circle BEGIN SELECT RAISE(ABORT, 'circle is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER circle_member_no_delete BEFORE DELETE ON circle_member BEGIN SELECT RAISE(ABORT, 'circle_member is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER circle_share_no_delete BEFORE DELETE ON circle_share BEGIN SELECT RAISE(ABORT, 'circle_share is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consultation_no_delete BEFORE DELETE ON consultation BEGIN SELECT RAISE(ABORT, 'consultation is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consultation_participant_no_delete BEFORE DELETE ON consultation_participant BEGIN SELECT RAISE(ABORT, 'consultation_participant is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consultation_minutes_no_delete BEFORE DELETE ON consultation_minutes BEGIN SELECT RAISE(ABORT, 'consultation_minutes is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consultation_minutes_no_update BEFORE UPDATE ON consultation_minutes BEGIN SELECT RAISE(ABORT, 'consultation_minutes is append-only'); END;
-- +goose StatementEnd
