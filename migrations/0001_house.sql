-- +goose Up

-- Agencies, their desks, their people and the roles they hold. Names of people are sealed with the agency's key.
CREATE TABLE agency (
  id         TEXT PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE CHECK (length(code) > 0),
  country    TEXT NOT NULL CHECK (length(country) = 2),
  kind       TEXT NOT NULL CHECK (length(kind) > 0),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  regime     TEXT NOT NULL CHECK (regime IN ('led', 'gdpr')),
  created_at @int NOT NULL,
  closed_at  @int NOT NULL DEFAULT 0,
  version    @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE desk (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  intake     @int NOT NULL DEFAULT 0 CHECK (intake IN (0, 1)),
  created_at @int NOT NULL,
  closed_at  @int NOT NULL DEFAULT 0,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX desk_of_agency ON desk (agency_id);

CREATE TABLE worker (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  login_token @bytes NOT NULL UNIQUE,
  sealed      @bytes NOT NULL,
  language    TEXT NOT NULL CHECK (language IN ('en', 'fr', 'nl', 'de')),
  care        @int NOT NULL DEFAULT 0 CHECK (care IN (0, 1)),
  supervisor  @int NOT NULL DEFAULT 0 CHECK (supervisor IN (0, 1)),
  duty        @int NOT NULL DEFAULT 0 CHECK (duty IN (0, 1)),
  created_at  @int NOT NULL,
  disabled_at @int NOT NULL DEFAULT 0,
  version     @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX worker_of_agency ON worker (agency_id, id);

CREATE TABLE worker_desk (
  worker_id TEXT NOT NULL REFERENCES worker (id),
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  from_at   @int NOT NULL,
  ended_at  @int NOT NULL DEFAULT 0,
  PRIMARY KEY (worker_id, desk_id, from_at)
) @strict;
CREATE INDEX worker_desk_of_desk ON worker_desk (desk_id, ended_at);

CREATE TABLE role (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  base       TEXT NOT NULL CHECK (length(base) > 0),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  standard   @int NOT NULL DEFAULT 0 CHECK (standard IN (0, 1)),
  created_at @int NOT NULL,
  closed_at  @int NOT NULL DEFAULT 0,
  version    @int NOT NULL DEFAULT 1,
  UNIQUE (agency_id, name)
) @strict;

CREATE TABLE role_rule (
  role_id TEXT NOT NULL REFERENCES role (id),
  version @int NOT NULL,
  section TEXT NOT NULL CHECK (length(section) > 0),
  verb    TEXT NOT NULL CHECK (length(verb) > 0),
  eft     TEXT NOT NULL CHECK (eft IN ('allow', 'deny')),
  PRIMARY KEY (role_id, version, section, verb)
) @strict;

CREATE TABLE worker_role (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  role_id    TEXT NOT NULL REFERENCES role (id),
  may        TEXT NOT NULL CHECK (may IN ('hold', 'give')),
  granted_by TEXT NOT NULL,
  from_at    @int NOT NULL,
  ended_at   @int NOT NULL DEFAULT 0
) @strict;
CREATE INDEX worker_role_of_worker ON worker_role (worker_id, ended_at);
CREATE INDEX worker_role_of_role ON worker_role (role_id, ended_at);

-- One row: the number that every change of roles, desks, people or agencies raises, read inside each decision's transaction.
CREATE TABLE policy_state (
  one        @int PRIMARY KEY CHECK (one = 1),
  generation @int NOT NULL
) @strict;
INSERT INTO policy_state (one, generation) VALUES (1, 1);

-- Facts about this installation: the check value of the keys, whether the data are synthetic.
CREATE TABLE installation (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) @strict;

-- Signing in.
CREATE TABLE credential (
  worker_id     TEXT PRIMARY KEY REFERENCES worker (id),
  password      TEXT NOT NULL DEFAULT '',
  password_at   @int NOT NULL DEFAULT 0,
  totp          @bytes,
  totp_at       @int NOT NULL DEFAULT 0,
  totp_step     @int NOT NULL DEFAULT 0,
  totp_next     @bytes,
  version       @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE invitation (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  token      @bytes NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at @int NOT NULL,
  until_at   @int NOT NULL,
  used_at    @int NOT NULL DEFAULT 0
) @strict;

CREATE TABLE session (
  id         TEXT PRIMARY KEY,
  token      @bytes NOT NULL UNIQUE,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  aal        @int NOT NULL,
  created_at @int NOT NULL,
  seen_at    @int NOT NULL,
  stepped_at @int NOT NULL DEFAULT 0,
  until_at   @int NOT NULL,
  ended_at   @int NOT NULL DEFAULT 0,
  device     @bytes NOT NULL
) @strict;
CREATE INDEX session_of_worker ON session (worker_id, ended_at);

CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  token      @bytes NOT NULL UNIQUE,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  label      @bytes NOT NULL,
  created_at @int NOT NULL,
  until_at   @int NOT NULL,
  ended_at   @int NOT NULL DEFAULT 0
) @strict;
CREATE INDEX api_key_of_worker ON api_key (worker_id, ended_at);

-- Slowing down: the theoretical arrival time of GCRA per purpose and keyed hash.
CREATE TABLE throttle (
  key    @bytes PRIMARY KEY,
  tat_at @int NOT NULL
) @strict;

-- Files: a case file or a victim file, its keys, who may see it, and the reference each agency knows it by.
CREATE TABLE file (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  case_id    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  stage      TEXT NOT NULL,
  created_at @int NOT NULL,
  created_by TEXT NOT NULL,
  changed_at @int NOT NULL,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX file_of_case ON file (case_id, kind);

CREATE TABLE data_key (
  owner_id     TEXT NOT NULL,
  domain       @int NOT NULL,
  wrapped      @bytes,
  created_at   @int NOT NULL,
  destroyed_at @int NOT NULL DEFAULT 0,
  PRIMARY KEY (owner_id, domain)
) @strict;

CREATE TABLE file_grant (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  grantee_kind TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id   TEXT NOT NULL CHECK (length(grantee_id) > 0),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  state        TEXT NOT NULL CHECK (state IN ('offered', 'live', 'ended')),
  lead         @int NOT NULL DEFAULT 0 CHECK (lead IN (0, 1)),
  relations    @int NOT NULL,
  sections     @int NOT NULL,
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref    TEXT NOT NULL DEFAULT '',
  root_id      TEXT NOT NULL,
  granted_by   TEXT NOT NULL,
  granted_by_agency TEXT NOT NULL,
  from_at      @int NOT NULL,
  until_at     @int NOT NULL CHECK (until_at > 0),
  ended_at     @int NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  end_reason   TEXT NOT NULL DEFAULT '',
  sort_at      @int NOT NULL,
  version      @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX file_grant_list ON file_grant (grantee_id, kind, state, sort_at, file_id);
CREATE INDEX file_grant_of_file ON file_grant (file_id, state, grantee_id);
CREATE INDEX file_grant_of_root ON file_grant (root_id);
CREATE INDEX file_grant_due ON file_grant (state, until_at);

CREATE TABLE file_reference (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  reference TEXT NOT NULL,
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (agency_id, reference),
  UNIQUE (file_id, agency_id)
) @strict;

-- The coded facts of a case, in clear because coordination and statistics need them.
CREATE TABLE casefile (
  file_id      TEXT PRIMARY KEY REFERENCES file (id),
  exploitation TEXT NOT NULL,
  sector       TEXT NOT NULL DEFAULT '',
  country      TEXT NOT NULL,
  detected_by  TEXT NOT NULL,
  detected_on  TEXT NOT NULL,
  synthetic    @int NOT NULL DEFAULT 0,
  version      @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE victim (
  file_id     TEXT PRIMARY KEY REFERENCES file (id),
  case_id     TEXT NOT NULL REFERENCES casefile (file_id),
  status      TEXT NOT NULL,
  detected_on TEXT NOT NULL,
  synthetic   @int NOT NULL DEFAULT 0,
  version     @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX victim_of_case ON victim (case_id);

-- What an agency wrote in a section. The entry points to its newest version; versions are only added.
CREATE TABLE entry (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  section    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  created_at @int NOT NULL,
  changed_at @int NOT NULL,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX entry_of_file ON entry (file_id, id);

CREATE TABLE entry_version (
  entry_id   TEXT NOT NULL REFERENCES entry (id),
  version    @int NOT NULL,
  author_id  TEXT NOT NULL,
  written_at @int NOT NULL,
  nature     TEXT NOT NULL CHECK (nature IN ('fact', 'assessment')),
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  basis      TEXT NOT NULL CHECK (length(basis) > 0),
  regime     TEXT NOT NULL CHECK (regime IN ('led', 'gdpr')),
  subject    TEXT NOT NULL CHECK (length(subject) > 0),
  handling   TEXT NOT NULL DEFAULT '',
  sealed     @bytes NOT NULL,
  PRIMARY KEY (entry_id, version)
) @strict;

-- The blind index: keyed tokens of names, dates, numbers and phones. Rows belong to an entry's newest version.
CREATE TABLE search_token (
  token    @bytes NOT NULL,
  file_id  TEXT NOT NULL REFERENCES file (id),
  entry_id TEXT NOT NULL REFERENCES entry (id),
  PRIMARY KEY (token, file_id, entry_id)
) @strict;
CREATE INDEX search_token_of_entry ON search_token (entry_id);

-- A referral is an offer of some sections of one victim file to a desk; its grant is written as 'offered'.
CREATE TABLE referral (
  id             TEXT PRIMARY KEY,
  file_id        TEXT NOT NULL REFERENCES file (id),
  grant_id       TEXT NOT NULL REFERENCES file_grant (id),
  from_agency_id TEXT NOT NULL REFERENCES agency (id),
  from_worker_id TEXT NOT NULL REFERENCES worker (id),
  to_agency_id   TEXT NOT NULL REFERENCES agency (id),
  to_desk_id     TEXT NOT NULL REFERENCES desk (id),
  state          TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'expired')),
  urgency        TEXT NOT NULL CHECK (urgency IN ('urgent', 'normal')),
  reason         TEXT NOT NULL,
  note           @bytes,
  offered_at     @int NOT NULL,
  due_at         @int NOT NULL,
  answered_at    @int NOT NULL DEFAULT 0,
  answered_by    TEXT NOT NULL DEFAULT '',
  decline_reason TEXT NOT NULL DEFAULT '',
  version        @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX referral_to ON referral (to_desk_id, state, due_at);
CREATE INDEX referral_from ON referral (from_agency_id, state, offered_at);
CREATE INDEX referral_sent ON referral (from_agency_id, offered_at, id);
CREATE INDEX referral_of_file ON referral (file_id);
-- One open offer of a file to a desk, even if two people send it in the same instant.
CREATE UNIQUE INDEX referral_open ON referral (file_id, to_desk_id) WHERE state = 'offered';

-- A creation done once: the same key with the same content gives the first result again.
CREATE TABLE once (
  worker_id   TEXT NOT NULL,
  key         @bytes NOT NULL,
  fingerprint @bytes NOT NULL,
  result_id   TEXT NOT NULL,
  at          @int NOT NULL,
  PRIMARY KEY (worker_id, key)
) @strict;
CREATE INDEX once_at ON once (at);
