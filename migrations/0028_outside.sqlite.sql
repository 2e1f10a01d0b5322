-- +goose Up

-- A package for an agency that has no account: frozen, opened once by a link and a code. Who it is for lies in clear, because it is
-- an organisation and never a person; what goes along lies under the keys of the file.
CREATE TABLE outside_package (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  desk_id      TEXT NOT NULL DEFAULT '',
  organisation TEXT NOT NULL CHECK (length(organisation) > 0),
  kind         TEXT NOT NULL CHECK (length(kind) > 0),
  country      TEXT NOT NULL CHECK (length(country) > 0),
  email        TEXT NOT NULL DEFAULT '',
  sections     @int NOT NULL CHECK (sections > 0),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref    TEXT NOT NULL DEFAULT '',
  legal_basis  TEXT NOT NULL DEFAULT '',
  consent_id   TEXT NOT NULL DEFAULT '',
  marking      TEXT NOT NULL DEFAULT '',
  language     TEXT NOT NULL CHECK (length(language) > 0),
  note         @bytes,
  hash         TEXT NOT NULL CHECK (length(hash) = 64),
  salt         @bytes NOT NULL,
  entries      @int NOT NULL,
  token_hash   @bytes NOT NULL,
  code_hash    @bytes NOT NULL,
  tries        @int NOT NULL DEFAULT 0 CHECK (tries >= 0),
  state        TEXT NOT NULL CHECK (state IN ('created', 'opened', 'expired', 'withdrawn', 'blocked')),
  mailed_at    @int NOT NULL DEFAULT 0,
  sent_by      TEXT NOT NULL,
  sent_at      @int NOT NULL,
  until_at     @int NOT NULL CHECK (until_at > 0),
  ended_at     @int NOT NULL DEFAULT 0,
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX outside_package_token ON outside_package (token_hash);
CREATE INDEX outside_package_of_file ON outside_package (file_id, sent_at, id);
CREATE INDEX outside_package_due ON outside_package (until_at, id) WHERE state = 'created';
CREATE INDEX outside_package_on_consent ON outside_package (consent_id) WHERE state = 'created';

CREATE TABLE outside_part (
  package_id TEXT NOT NULL REFERENCES outside_package (id),
  section    TEXT NOT NULL,
  sealed     @bytes NOT NULL,
  PRIMARY KEY (package_id, section)
) @strict;

CREATE TABLE outside_item (
  package_id TEXT NOT NULL REFERENCES outside_package (id),
  entry_id   TEXT NOT NULL REFERENCES entry (id),
  version    @int NOT NULL,
  PRIMARY KEY (package_id, entry_id)
) @strict;

-- +goose StatementBegin
CREATE TRIGGER outside_package_no_delete BEFORE DELETE ON outside_package BEGIN SELECT RAISE(ABORT, 'outside_package is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outside_part_no_update BEFORE UPDATE ON outside_part BEGIN SELECT RAISE(ABORT, 'outside_part is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outside_part_no_delete BEFORE DELETE ON outside_part BEGIN SELECT RAISE(ABORT, 'outside_part is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outside_item_no_update BEFORE UPDATE ON outside_item BEGIN SELECT RAISE(ABORT, 'outside_item is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outside_item_no_delete BEFORE DELETE ON outside_item BEGIN SELECT RAISE(ABORT, 'outside_item is append-only'); END;
-- +goose StatementEnd
