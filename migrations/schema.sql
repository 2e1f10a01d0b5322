-- The whole schema as SQLite has it after every step; written by: go test ./internal/database -run Schema -update

CREATE TABLE access_request (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  kind          TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  worker_id     TEXT NOT NULL REFERENCES worker (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  grantee_kind  TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id    TEXT NOT NULL CHECK (length(grantee_id) > 0),
  to_agency_id  TEXT NOT NULL REFERENCES agency (id),
  relations     INTEGER NOT NULL CHECK (relations > 0),
  sections      INTEGER NOT NULL CHECK (sections > 0),
  state         TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn', 'expired', 'ended')),
  reason        TEXT NOT NULL CHECK (length(reason) > 0),
  note          BLOB NOT NULL,
  purpose       TEXT NOT NULL CHECK (length(purpose) > 0),
  basis         TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref     TEXT NOT NULL DEFAULT '',
  until_at      INTEGER NOT NULL CHECK (until_at > 0),
  asked_at      INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  lapses_at     INTEGER NOT NULL,
  escalated_at  INTEGER NOT NULL DEFAULT 0,
  answered_at   INTEGER NOT NULL DEFAULT 0,
  answered_by   TEXT NOT NULL DEFAULT '',
  refuse_reason TEXT NOT NULL DEFAULT '',
  grant_id      TEXT NOT NULL DEFAULT '',
  ended_at      INTEGER NOT NULL DEFAULT 0,
  ended_by      TEXT NOT NULL DEFAULT '',
  version       INTEGER NOT NULL DEFAULT 1
, pointer_id TEXT NOT NULL DEFAULT '', stand_in_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE access_review (
  id         TEXT PRIMARY KEY,
  grant_id   TEXT NOT NULL REFERENCES file_grant (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL,
  quarter    TEXT NOT NULL CHECK (length(quarter) = 7),
  decision   TEXT NOT NULL CHECK (decision IN ('keep', 'end')),
  reason     TEXT NOT NULL,
  decided_by TEXT NOT NULL REFERENCES worker (id),
  decided_at INTEGER NOT NULL,
  UNIQUE (grant_id, quarter)
) STRICT;

CREATE TABLE access_review_step (
  quarter TEXT NOT NULL,
  step    TEXT NOT NULL CHECK (step IN ('asked', 'missed')),
  at      INTEGER NOT NULL,
  PRIMARY KEY (quarter, step)
) STRICT;

CREATE TABLE age_step (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  author_id  TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('adult', 'child', 'presumed_child', 'disputed', 'unknown')),
  decided    INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1)),
  method     TEXT NOT NULL DEFAULT '',
  said_on    TEXT NOT NULL CHECK (length(said_on) = 10),
  entry_id   TEXT NOT NULL DEFAULT '',
  note       BLOB
) STRICT;

CREATE TABLE agency (
  id         TEXT PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE CHECK (length(code) > 0),
  country    TEXT NOT NULL CHECK (length(country) = 2),
  kind       TEXT NOT NULL CHECK (length(kind) > 0),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  regime     TEXT NOT NULL CHECK (regime IN ('led', 'gdpr')),
  created_at INTEGER NOT NULL,
  closed_at  INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  token      BLOB NOT NULL UNIQUE,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  label      BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  until_at   INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE approval (
  id         TEXT PRIMARY KEY REFERENCES file_grant (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  state      TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'lapsed')),
  becomes    TEXT NOT NULL CHECK (becomes IN ('offered', 'live')),
  asked_by   TEXT NOT NULL REFERENCES worker (id),
  asked_at   INTEGER NOT NULL,
  lapses_at  INTEGER NOT NULL,
  decided_at INTEGER NOT NULL DEFAULT 0,
  decided_by TEXT NOT NULL DEFAULT '',
  version    INTEGER NOT NULL DEFAULT 1
, stand_in_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY CHECK (size > 0),
  note BLOB NOT NULL CHECK (length(note) > 0)
) STRICT;

CREATE TABLE audit_entry (
  id        TEXT PRIMARY KEY CHECK (length(id) > 0),
  at        INTEGER NOT NULL,
  action    TEXT NOT NULL CHECK (length(action) > 0),
  op        TEXT NOT NULL CHECK (length(op) > 0),
  decision  TEXT NOT NULL CHECK (decision IN ('allow', 'deny')),
  actor_id  TEXT NOT NULL,
  agency_id TEXT NOT NULL,
  file_id   TEXT NOT NULL,
  body      BLOB NOT NULL CHECK (length(body) > 0)
) STRICT;

CREATE TABLE audit_hash (
  position INTEGER PRIMARY KEY CHECK (position >= 0),
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  turn INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;

CREATE TABLE audit_leaf (
  seq      INTEGER PRIMARY KEY CHECK (seq >= 0),
  entry_id TEXT NOT NULL UNIQUE,
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_lookup (
  term  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  id    TEXT NOT NULL,
  lines TEXT NOT NULL CHECK (length(lines) > 0),
  PRIMARY KEY (term, at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_queue (
  entry_id TEXT PRIMARY KEY,
  tag      BLOB NOT NULL CHECK (length(tag) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE breach (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  created_by TEXT NOT NULL REFERENCES worker (id),
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE breach_file (
  breach_id TEXT NOT NULL,
  version   INTEGER NOT NULL,
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (breach_id, version, file_id),
  FOREIGN KEY (breach_id, version) REFERENCES breach_version (breach_id, version)
) STRICT;

CREATE TABLE breach_report (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  kind        TEXT NOT NULL CHECK (length(kind) > 0),
  noticed_at  INTEGER NOT NULL,
  reported_by TEXT NOT NULL REFERENCES worker (id),
  reported_at INTEGER NOT NULL CHECK (reported_at >= noticed_at),
  warn_at     INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  sealed      BLOB NOT NULL
) STRICT;

CREATE TABLE breach_report_end (
  report_id  TEXT PRIMARY KEY REFERENCES breach_report (id),
  outcome    TEXT NOT NULL CHECK (outcome IN ('taken', 'none')),
  breach_id  TEXT REFERENCES breach (id),
  sealed     BLOB,
  decided_by TEXT NOT NULL REFERENCES worker (id),
  decided_at INTEGER NOT NULL,
  CHECK ((outcome = 'taken') = (breach_id IS NOT NULL)),
  CHECK ((outcome = 'none') = (sealed IS NOT NULL))
) STRICT;

CREATE TABLE breach_report_file (
  report_id TEXT NOT NULL REFERENCES breach_report (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (report_id, file_id)
) STRICT;

CREATE TABLE breach_report_step (
  report_id TEXT NOT NULL REFERENCES breach_report (id),
  step      TEXT NOT NULL CHECK (step IN ('reminded', 'overdue')),
  at        INTEGER NOT NULL,
  PRIMARY KEY (report_id, step)
) STRICT;

CREATE TABLE breach_step (
  breach_id TEXT NOT NULL REFERENCES breach (id),
  step      TEXT NOT NULL CHECK (step IN ('reminded', 'overdue')),
  due_at    INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (breach_id, step, due_at)
) STRICT;

CREATE TABLE breach_version (
  breach_id  TEXT NOT NULL REFERENCES breach (id),
  version    INTEGER NOT NULL,
  kind       TEXT NOT NULL CHECK (length(kind) > 0),
  known_at   INTEGER NOT NULL,
  warn_at    INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  persons    INTEGER NOT NULL CHECK (persons >= 0),
  authority  TEXT NOT NULL CHECK (authority IN ('pending', 'told', 'no_risk')),
  told_at    INTEGER NOT NULL,
  subjects   TEXT NOT NULL CHECK (subjects IN ('undecided', 'high_risk', 'told', 'exempt')),
  subjects_on TEXT NOT NULL,
  exemption  TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  written_by TEXT NOT NULL REFERENCES worker (id),
  written_at INTEGER NOT NULL,
  PRIMARY KEY (breach_id, version),
  CHECK ((authority = 'told') = (told_at > 0)),
  CHECK ((subjects = 'told') = (subjects_on <> '')),
  CHECK ((subjects = 'exempt') = (exemption <> ''))
) STRICT;

CREATE TABLE casefile (
  file_id      TEXT PRIMARY KEY REFERENCES file (id),
  exploitation TEXT NOT NULL,
  sector       TEXT NOT NULL DEFAULT '',
  country      TEXT NOT NULL,
  detected_by  TEXT NOT NULL,
  detected_on  TEXT NOT NULL,
  synthetic    INTEGER NOT NULL DEFAULT 0,
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE casefile_version (
  file_id      TEXT NOT NULL REFERENCES file (id),
  version      INTEGER NOT NULL CHECK (version > 0),
  exploitation TEXT NOT NULL,
  sector       TEXT NOT NULL,
  country      TEXT NOT NULL,
  detected_by  TEXT NOT NULL,
  detected_on  TEXT NOT NULL,
  agency_id    TEXT REFERENCES agency (id),
  author_id    TEXT REFERENCES worker (id),
  written_at   INTEGER NOT NULL,
  PRIMARY KEY (file_id, version)
) STRICT;

CREATE TABLE checklist_choice (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  country    TEXT NOT NULL CHECK (length(country) = 2),
  seq        INTEGER NOT NULL CHECK (seq > 0),
  edition    TEXT NOT NULL CHECK (length(edition) = 10),
  chosen_at  INTEGER NOT NULL,
  worker_id  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  UNIQUE (file_id, country, seq)
) STRICT;

CREATE TABLE checklist_step (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  item        TEXT NOT NULL CHECK (length(item) > 3),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  seq         INTEGER NOT NULL CHECK (seq > 0),
  state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'not_needed')),
  happened_on TEXT NOT NULL CHECK (length(happened_on) = 10),
  reason      TEXT NOT NULL DEFAULT '' CHECK ((state = 'open') = (reason <> '')),
  edition     TEXT NOT NULL CHECK (length(edition) = 10),
  written_at  INTEGER NOT NULL,
  worker_id   TEXT NOT NULL,
  UNIQUE (file_id, item, agency_id, seq)
) STRICT;

CREATE TABLE circle (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL REFERENCES desk (id),
  name       BLOB NOT NULL,
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  until_at   INTEGER NOT NULL CHECK (until_at > 0),
  closed_at  INTEGER NOT NULL DEFAULT 0,
  closed_by  TEXT NOT NULL DEFAULT '',
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE circle_member (
  id        TEXT PRIMARY KEY,
  circle_id TEXT NOT NULL REFERENCES circle (id),
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  from_at   INTEGER NOT NULL,
  added_by  TEXT NOT NULL,
  ended_at  INTEGER NOT NULL DEFAULT 0,
  ended_by  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE circle_share (
  id          TEXT PRIMARY KEY,
  circle_id   TEXT NOT NULL REFERENCES circle (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  sections    INTEGER NOT NULL,
  purpose     TEXT NOT NULL CHECK (length(purpose) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref   TEXT NOT NULL DEFAULT '',
  legal_basis TEXT NOT NULL DEFAULT '',
  consent_id  TEXT NOT NULL DEFAULT '',
  shared_by   TEXT NOT NULL,
  at          INTEGER NOT NULL,
  until_at    INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL DEFAULT 0,
  ended_by    TEXT NOT NULL DEFAULT '',
  version     INTEGER NOT NULL DEFAULT 1
, only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% '), basis_on TEXT NOT NULL DEFAULT '', basis_article TEXT NOT NULL DEFAULT '', basis_by BLOB) STRICT;

CREATE TABLE clock (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  country       TEXT NOT NULL CHECK (country IN ('BE', 'NL', 'LU')),
  rule          TEXT NOT NULL CHECK (length(rule) > 0),
  kind          TEXT NOT NULL CHECK (kind IN ('reflection', 'document', 'waiting', 'answer')),
  section       TEXT NOT NULL CHECK (length(section) > 0),
  state         TEXT NOT NULL CHECK (state IN ('running', 'paused', 'ended')),
  start_on      TEXT NOT NULL CHECK (length(start_on) = 10),
  term          INTEGER NOT NULL CHECK (term > 0),
  unit          TEXT NOT NULL CHECK (unit IN ('days', 'months', 'years')),
  renew_by      INTEGER NOT NULL DEFAULT 0,
  renewals      INTEGER NOT NULL DEFAULT 0,
  set_due_on    TEXT NOT NULL DEFAULT '',
  paused_on     TEXT NOT NULL DEFAULT '',
  paused_days   INTEGER NOT NULL DEFAULT 0,
  due_on        TEXT NOT NULL CHECK (length(due_on) = 10 AND due_on > start_on),
  warn_on       TEXT NOT NULL CHECK (length(warn_on) = 10),
  next_on       TEXT NOT NULL DEFAULT '',
  rule_from     TEXT NOT NULL,
  pack_version  TEXT NOT NULL,
  would_due_on  TEXT NOT NULL DEFAULT '',
  would_terms   TEXT NOT NULL DEFAULT '',
  kept_terms    TEXT NOT NULL DEFAULT '',
  started_at    INTEGER NOT NULL,
  ended_on      TEXT NOT NULL DEFAULT '',
  ended_at      INTEGER NOT NULL DEFAULT 0,
  end_reason    TEXT NOT NULL DEFAULT '',
  version       INTEGER NOT NULL DEFAULT 1
, review_on TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE clock_feed (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL DEFAULT '',
  token      BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE clock_manner (
  country TEXT NOT NULL CHECK (country IN ('BE', 'NL', 'LU')),
  rule    TEXT NOT NULL,
  manner  TEXT NOT NULL,
  PRIMARY KEY (country, rule)
) STRICT;

CREATE TABLE clock_pass (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  day      TEXT NOT NULL,
  packs    TEXT NOT NULL,
  after_id TEXT NOT NULL
) STRICT;

CREATE TABLE clock_step (
  id           TEXT PRIMARY KEY,
  clock_id     TEXT NOT NULL REFERENCES clock (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  step         TEXT NOT NULL CHECK (step IN ('started', 'paused', 'resumed', 'renewed', 'ended', 'kept', 'moved', 'warned', 'overdue', 'reached')),
  on_day       TEXT NOT NULL,
  due_before   TEXT NOT NULL DEFAULT '',
  due_on       TEXT NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  pack_version TEXT NOT NULL DEFAULT '',
  worker_id    TEXT NOT NULL DEFAULT '',
  agency_id    TEXT NOT NULL DEFAULT '',
  at           INTEGER NOT NULL
) STRICT;

CREATE TABLE consent (
  id             TEXT PRIMARY KEY,
  file_id        TEXT NOT NULL REFERENCES file (id),
  agency_id      TEXT NOT NULL REFERENCES agency (id),
  created_at     INTEGER NOT NULL,
  withdrawn_at   INTEGER NOT NULL DEFAULT 0,
  withdrawn_by   TEXT NOT NULL DEFAULT '',
  withdrawn_agency_id TEXT NOT NULL DEFAULT '',
  withdrawn_how  TEXT NOT NULL DEFAULT '',
  withdrawn_note BLOB,
  version        INTEGER NOT NULL DEFAULT 1
, alone_version INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE consent_recipient (
  consent_id TEXT NOT NULL,
  version    INTEGER NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  desk_id    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (consent_id, version, agency_id, desk_id),
  FOREIGN KEY (consent_id, version) REFERENCES consent_version (consent_id, version)
) STRICT;

CREATE TABLE consent_signature (
  consent_id TEXT NOT NULL,
  version    INTEGER NOT NULL,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  signed_at  INTEGER NOT NULL,
  agreed     INTEGER NOT NULL CHECK (agreed IN (0, 1)),
  PRIMARY KEY (consent_id, version),
  FOREIGN KEY (consent_id, version) REFERENCES consent_version (consent_id, version)
) STRICT;

CREATE TABLE consent_version (
  consent_id TEXT NOT NULL REFERENCES consent (id),
  version    INTEGER NOT NULL,
  author_id  TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  sections   INTEGER NOT NULL CHECK (sections > 0),
  purposes   TEXT NOT NULL CHECK (length(purposes) > 0),
  asked_on   TEXT NOT NULL CHECK (length(asked_on) = 10),
  until_at   INTEGER NOT NULL CHECK (until_at > 0),
  how        TEXT NOT NULL CHECK (length(how) > 0),
  explained  TEXT NOT NULL CHECK (length(explained) > 0),
  sealed     BLOB NOT NULL, guardian_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (consent_id, version)
) STRICT;

CREATE TABLE consultation (
  id           TEXT PRIMARY KEY,
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  desk_id      TEXT NOT NULL REFERENCES desk (id),
  ground       TEXT NOT NULL CHECK (length(ground) > 0),
  permission   TEXT NOT NULL CHECK (length(permission) > 0),
  permitted_on TEXT NOT NULL CHECK (length(permitted_on) > 0),
  held_on      TEXT NOT NULL CHECK (length(held_on) > 0),
  aim          TEXT NOT NULL CHECK (length(aim) > 0),
  subject      BLOB,
  state        TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
  created_by   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE consultation_minutes (
  consultation_id TEXT NOT NULL REFERENCES consultation (id),
  version         INTEGER NOT NULL,
  written_by      TEXT NOT NULL,
  agency_id       TEXT NOT NULL REFERENCES agency (id),
  written_at      INTEGER NOT NULL,
  marking         TEXT NOT NULL DEFAULT '',
  sealed          BLOB NOT NULL,
  PRIMARY KEY (consultation_id, version)
) STRICT;

CREATE TABLE consultation_participant (
  consultation_id TEXT NOT NULL REFERENCES consultation (id),
  desk_id         TEXT NOT NULL REFERENCES desk (id),
  agency_id       TEXT NOT NULL REFERENCES agency (id),
  PRIMARY KEY (consultation_id, desk_id)
) STRICT;

CREATE TABLE credential (
  worker_id     TEXT PRIMARY KEY REFERENCES worker (id),
  password      TEXT NOT NULL DEFAULT '',
  password_at   INTEGER NOT NULL DEFAULT 0,
  totp          BLOB,
  totp_at       INTEGER NOT NULL DEFAULT 0,
  totp_step     INTEGER NOT NULL DEFAULT 0,
  totp_next     BLOB,
  version       INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE data_key (
  owner_id     TEXT NOT NULL,
  domain       INTEGER NOT NULL,
  wrapped      BLOB,
  created_at   INTEGER NOT NULL,
  destroyed_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (owner_id, domain)
) STRICT;

CREATE TABLE desk (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  intake     INTEGER NOT NULL DEFAULT 0 CHECK (intake IN (0, 1)),
  created_at INTEGER NOT NULL,
  closed_at  INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1
, unit TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE directory_listing (
  desk_id      TEXT NOT NULL REFERENCES desk (id),
  version      INTEGER NOT NULL CHECK (version > 1),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  written_by   TEXT NOT NULL,
  written_at   INTEGER NOT NULL,
  services     TEXT NOT NULL CHECK (length(services) > 0),
  languages    TEXT NOT NULL CHECK (length(languages) > 0),
  people       TEXT NOT NULL DEFAULT '',
  exploitation TEXT NOT NULL DEFAULT '',
  area         TEXT NOT NULL DEFAULT '',
  always_open  INTEGER NOT NULL CHECK (always_open IN (0, 1)),
  days         TEXT NOT NULL DEFAULT '',
  opens        TEXT NOT NULL DEFAULT '',
  closes       TEXT NOT NULL DEFAULT '',
  email        TEXT NOT NULL DEFAULT '',
  phone        TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (desk_id, version)
) STRICT;

CREATE TABLE directory_places (
  id        TEXT PRIMARY KEY,
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  free      INTEGER NOT NULL CHECK (free >= 0),
  told_by   TEXT NOT NULL,
  told_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE emergency (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  grant_id     TEXT NOT NULL REFERENCES file_grant (id),
  root_id      TEXT NOT NULL,
  worker_id    TEXT NOT NULL REFERENCES worker (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  sections     INTEGER NOT NULL CHECK (sections > 0),
  relations    INTEGER NOT NULL CHECK (relations > 0),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  note         BLOB NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('opened', 'confirmed', 'lapsed', 'ended')),
  opened_at    INTEGER NOT NULL,
  closes_at    INTEGER NOT NULL,
  until_at     INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL DEFAULT 0,
  confirmed_by TEXT NOT NULL DEFAULT '',
  ended_at     INTEGER NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE emergency_party (
  id            TEXT PRIMARY KEY,
  emergency_id  TEXT NOT NULL REFERENCES emergency (id),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  told_at       INTEGER NOT NULL,
  review_due_at INTEGER NOT NULL DEFAULT 0,
  signed_at     INTEGER NOT NULL DEFAULT 0,
  signed_by     TEXT NOT NULL DEFAULT '',
  finding       TEXT NOT NULL DEFAULT '',
  note          BLOB,
  UNIQUE (emergency_id, agency_id)
) STRICT;

CREATE TABLE entry (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  section    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE entry_version (
  entry_id   TEXT NOT NULL REFERENCES entry (id),
  version    INTEGER NOT NULL,
  author_id  TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  nature     TEXT NOT NULL CHECK (nature IN ('fact', 'assessment')),
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  basis      TEXT NOT NULL CHECK (length(basis) > 0),
  regime     TEXT NOT NULL CHECK (regime IN ('led', 'gdpr')),
  subject    TEXT NOT NULL CHECK (length(subject) > 0),
  handling   TEXT NOT NULL DEFAULT '',
  sealed     BLOB NOT NULL,
  PRIMARY KEY (entry_id, version)
) STRICT;

CREATE TABLE erasure (
  id           TEXT PRIMARY KEY,
  closure_id   TEXT NOT NULL REFERENCES file_closure (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  requested_at INTEGER NOT NULL,
  requested_by TEXT NOT NULL DEFAULT '',
  approved_at  INTEGER NOT NULL DEFAULT 0,
  approved_by  TEXT NOT NULL DEFAULT '',
  done_at      INTEGER NOT NULL DEFAULT 0,
  done_by      TEXT NOT NULL DEFAULT '',
  dropped_at   INTEGER NOT NULL DEFAULT 0,
  dropped_by   TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE exclusion (
  id               TEXT PRIMARY KEY,
  file_id          TEXT NOT NULL REFERENCES file (id),
  worker_id        TEXT NOT NULL REFERENCES worker (id),
  worker_agency_id TEXT NOT NULL REFERENCES agency (id),
  reason           TEXT NOT NULL CHECK (length(reason) > 0),
  note             BLOB,
  excluded_by      TEXT NOT NULL,
  agency_id        TEXT NOT NULL REFERENCES agency (id),
  from_at          INTEGER NOT NULL,
  ended_at         INTEGER NOT NULL DEFAULT 0,
  ended_by         TEXT NOT NULL DEFAULT '',
  root_id          TEXT NOT NULL,
  version          INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE file (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  case_id    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  stage      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
, access INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE TABLE file_closure (
  id            TEXT PRIMARY KEY,
  file_id       TEXT NOT NULL REFERENCES file (id),
  kind          TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  agency_id     TEXT NOT NULL REFERENCES agency (id),
  reason        TEXT NOT NULL CHECK (length(reason) > 0),
  note          BLOB,
  closed_at     INTEGER NOT NULL,
  closed_by     TEXT NOT NULL,
  rule          TEXT NOT NULL CHECK (length(rule) > 0),
  due_at        INTEGER NOT NULL CHECK (due_at > 0),
  reopened_at   INTEGER NOT NULL DEFAULT 0,
  reopened_by   TEXT NOT NULL DEFAULT '',
  reopen_reason TEXT NOT NULL DEFAULT '',
  reopen_note   BLOB,
  erased_at     INTEGER NOT NULL DEFAULT 0,
  version       INTEGER NOT NULL DEFAULT 1
, latest_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE file_export (
  id        TEXT PRIMARY KEY,
  number    TEXT NOT NULL UNIQUE CHECK (length(number) > 0),
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  at        INTEGER NOT NULL CHECK (at > 0),
  format    TEXT NOT NULL CHECK (format IN ('page', 'json', 'htcds')),
  purpose   TEXT NOT NULL CHECK (length(purpose) > 0),
  reason    TEXT NOT NULL CHECK (length(reason) > 0),
  sections  INTEGER NOT NULL CHECK (sections > 0),
  recipient BLOB NOT NULL
, shape TEXT NOT NULL DEFAULT '' CHECK (shape IN ('', 'ictip'))) STRICT;

CREATE TABLE file_export_entry (
  export_id TEXT NOT NULL REFERENCES file_export (id),
  entry_id  TEXT NOT NULL REFERENCES entry (id),
  version   INTEGER NOT NULL CHECK (version > 0),
  PRIMARY KEY (export_id, entry_id)
) STRICT;

CREATE TABLE "file_grant" (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  grantee_kind TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id   TEXT NOT NULL CHECK (length(grantee_id) > 0),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  state        TEXT NOT NULL CHECK (state IN ('proposed', 'offered', 'live', 'sealed', 'ended')),
  lead         INTEGER NOT NULL DEFAULT 0 CHECK (lead IN (0, 1)),
  relations    INTEGER NOT NULL,
  sections     INTEGER NOT NULL,
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref    TEXT NOT NULL DEFAULT '',
  root_id      TEXT NOT NULL,
  granted_by   TEXT NOT NULL,
  granted_by_agency TEXT NOT NULL,
  from_at      INTEGER NOT NULL,
  until_at     INTEGER NOT NULL CHECK (until_at > 0),
  ended_at     INTEGER NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  end_reason   TEXT NOT NULL DEFAULT '',
  sort_at      INTEGER NOT NULL,
  consent_id   TEXT NOT NULL DEFAULT '',
  circle_id    TEXT NOT NULL DEFAULT '',
  legal_basis  TEXT NOT NULL DEFAULT '',
  emergency    INTEGER NOT NULL DEFAULT 0 CHECK (emergency IN (0, 1)),
  told_at      INTEGER NOT NULL DEFAULT 0,
  renewed_from TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
, since_at INTEGER NOT NULL DEFAULT 0, place INTEGER NOT NULL DEFAULT 0, only_of TEXT NOT NULL DEFAULT '' CHECK (only_of = '' OR only_of LIKE ' %:% '), agreed TEXT NOT NULL DEFAULT '', basis_on TEXT NOT NULL DEFAULT '', basis_article TEXT NOT NULL DEFAULT '', basis_by BLOB) STRICT;

CREATE TABLE file_reference (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  reference TEXT NOT NULL,
  file_id   TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (agency_id, reference),
  UNIQUE (file_id, agency_id)
) STRICT;

CREATE TABLE file_removal (
  id         TEXT PRIMARY KEY,
  closure_id TEXT NOT NULL REFERENCES file_closure (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  rule       TEXT NOT NULL CHECK (length(rule) > 0),
  from_at    INTEGER NOT NULL CHECK (from_at > 0),
  removed_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE (closure_id, agency_id)
) STRICT;

CREATE TABLE file_seal (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  order_hash BLOB NOT NULL,
  sealed_by  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  sealed_at  INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0,
  ended_by   TEXT NOT NULL DEFAULT '',
  version    INTEGER NOT NULL DEFAULT 1
, lifted_by BLOB) STRICT;

CREATE TABLE file_tombstone (
  file_id      TEXT PRIMARY KEY REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  case_id      TEXT NOT NULL,
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  erasure_id   TEXT NOT NULL REFERENCES erasure (id),
  rule         TEXT NOT NULL,
  reason       TEXT NOT NULL,
  closed_at    INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  requested_by TEXT NOT NULL,
  approved_by  TEXT NOT NULL CHECK (length(approved_by) > 0),
  erased_by    TEXT NOT NULL CHECK (length(erased_by) > 0),
  erased_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE guardian (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  service     TEXT NOT NULL CHECK (length(service) > 0),
  agency_id   TEXT NOT NULL DEFAULT '',
  worker_id   TEXT NOT NULL DEFAULT '',
  grant_id    TEXT NOT NULL DEFAULT '',
  assigned_on TEXT NOT NULL CHECK (length(assigned_on) = 10),
  ended_on    TEXT NOT NULL DEFAULT '',
  end_reason  TEXT NOT NULL DEFAULT '',
  made_at     INTEGER NOT NULL,
  made_by     TEXT NOT NULL,
  made_agency_id  TEXT NOT NULL REFERENCES agency (id),
  ended_by    TEXT NOT NULL DEFAULT '',
  version     INTEGER NOT NULL DEFAULT 1
, words BLOB) STRICT;

CREATE TABLE import_batch (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  worker_id   TEXT NOT NULL REFERENCES worker (id),
  fingerprint BLOB NOT NULL,
  case_id     TEXT NOT NULL REFERENCES file (id),
  at          INTEGER NOT NULL,
  row_count   INTEGER NOT NULL,
  UNIQUE (agency_id, fingerprint)
) STRICT;

CREATE TABLE import_row (
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  fingerprint BLOB NOT NULL,
  telling     INTEGER NOT NULL CHECK (telling IN (0, 1)),
  batch_id    TEXT NOT NULL REFERENCES import_batch (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  PRIMARY KEY (agency_id, fingerprint)
) STRICT;

CREATE TABLE installation (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE invitation (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  token      BLOB NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  until_at   INTEGER NOT NULL,
  used_at    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE journal_note (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  section    TEXT NOT NULL CHECK (length(section) > 0),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  visibility TEXT NOT NULL CHECK (visibility IN ('file', 'agency', 'people')),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE journal_note_reader (
  note_id   TEXT NOT NULL REFERENCES journal_note (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  PRIMARY KEY (note_id, worker_id)
) STRICT;

CREATE TABLE journal_note_version (
  note_id    TEXT NOT NULL REFERENCES journal_note (id),
  version    INTEGER NOT NULL,
  author_id  TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  basis      TEXT NOT NULL CHECK (length(basis) > 0),
  handling   TEXT NOT NULL DEFAULT '',
  sealed     BLOB NOT NULL,
  PRIMARY KEY (note_id, version)
) STRICT;

CREATE TABLE known_network (
  worker_id TEXT NOT NULL REFERENCES worker (id),
  network   BLOB NOT NULL,
  seen_at   INTEGER NOT NULL,
  until_at  INTEGER NOT NULL CHECK (until_at > seen_at),
  PRIMARY KEY (worker_id, network)
) STRICT;

CREATE TABLE legal_hold (
  id        TEXT PRIMARY KEY,
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  note      BLOB,
  set_at    INTEGER NOT NULL,
  set_by    TEXT NOT NULL,
  ended_at  INTEGER NOT NULL DEFAULT 0,
  ended_by  TEXT NOT NULL DEFAULT '',
  version   INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE mail (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
  since_at   INTEGER NOT NULL,
  news       INTEGER NOT NULL DEFAULT 1,
  due_at     INTEGER NOT NULL,
  tries      INTEGER NOT NULL DEFAULT 0,
  holder     TEXT NOT NULL DEFAULT '',
  held_until INTEGER NOT NULL DEFAULT 0,
  reason     TEXT NOT NULL DEFAULT '',
  made_at    INTEGER NOT NULL,
  settled_at INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE mail_choice (
  worker_id   TEXT PRIMARY KEY REFERENCES worker (id),
  cadence     TEXT NOT NULL CHECK (cadence IN ('never', 'at_once', 'hourly', 'daily')),
  hour        INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
  quiet_from  INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 23),
  quiet_until INTEGER NOT NULL CHECK (quiet_until BETWEEN 0 AND 23),
  urgent      INTEGER NOT NULL CHECK (urgent IN (0, 1)),
  changed_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL
) STRICT;

CREATE TABLE majority_look (
  file_id   TEXT PRIMARY KEY REFERENCES file (id),
  asked_at  INTEGER NOT NULL,
  next_at   INTEGER NOT NULL,           -- when to look next
  failed_at INTEGER NOT NULL DEFAULT 0, -- since when it has failed
  told_at   INTEGER NOT NULL DEFAULT 0, -- when the supervisors were told that it fails
  done_at   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE majority_pass (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  day       TEXT NOT NULL, -- on which it ran
  from_day  TEXT NOT NULL, -- the first day that it still has to look at
  after_id  TEXT NOT NULL
) STRICT;

CREATE TABLE need (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  service     TEXT NOT NULL CHECK (length(service) > 0),
  state       TEXT NOT NULL CHECK (state IN ('open', 'asked', 'given', 'met', 'dropped')),
  noted_on    TEXT NOT NULL CHECK (length(noted_on) = 10),
  moved_on    TEXT NOT NULL CHECK (length(moved_on) = 10),
  review_on   TEXT NOT NULL DEFAULT '',
  referral_id TEXT NOT NULL DEFAULT '',
  outcome     TEXT NOT NULL DEFAULT '',
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE need_step (
  need_id     TEXT NOT NULL REFERENCES need (id),
  version     INTEGER NOT NULL,
  author_id   TEXT NOT NULL,
  written_at  INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (length(state) > 0),
  moved_on    TEXT NOT NULL CHECK (length(moved_on) = 10),
  review_on   TEXT NOT NULL DEFAULT '',
  referral_id TEXT NOT NULL DEFAULT '',
  outcome     TEXT NOT NULL DEFAULT '',
  note        BLOB,
  PRIMARY KEY (need_id, version)
) STRICT;

CREATE TABLE notice (
  id               TEXT PRIMARY KEY,
  to_kind          TEXT NOT NULL CHECK (to_kind IN ('desk', 'worker', 'auditors', 'supervisors')),
  to_id            TEXT NOT NULL CHECK (length(to_id) > 0),
  agency_id        TEXT NOT NULL REFERENCES agency (id),
  code             TEXT NOT NULL CHECK (length(code) > 0),
  file_id          TEXT NOT NULL DEFAULT '',
  subject_id       TEXT NOT NULL DEFAULT '',
  link             TEXT NOT NULL DEFAULT '',
  must_acknowledge INTEGER NOT NULL DEFAULT 0 CHECK (must_acknowledge IN (0, 1)),
  due_at           INTEGER NOT NULL DEFAULT 0,
  told_at          INTEGER NOT NULL,
  acknowledged_at  INTEGER NOT NULL DEFAULT 0,
  acknowledged_by  TEXT NOT NULL DEFAULT '',
  version          INTEGER NOT NULL DEFAULT 1
, spread INTEGER NOT NULL DEFAULT 0 CHECK (spread IN (0, 1))) STRICT;

CREATE TABLE once (
  worker_id   TEXT NOT NULL,
  key         BLOB NOT NULL,
  fingerprint BLOB NOT NULL,
  result_id   TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (worker_id, key)
) STRICT;

CREATE TABLE outside_item (
  package_id TEXT NOT NULL REFERENCES outside_package (id),
  entry_id   TEXT NOT NULL REFERENCES entry (id),
  version    INTEGER NOT NULL,
  PRIMARY KEY (package_id, entry_id)
) STRICT;

CREATE TABLE outside_package (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  desk_id      TEXT NOT NULL DEFAULT '',
  organisation TEXT NOT NULL CHECK (length(organisation) > 0),
  kind         TEXT NOT NULL CHECK (length(kind) > 0),
  country      TEXT NOT NULL CHECK (length(country) > 0),
  email        TEXT NOT NULL DEFAULT '',
  sections     INTEGER NOT NULL CHECK (sections > 0),
  reason       TEXT NOT NULL CHECK (length(reason) > 0),
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  basis_ref    TEXT NOT NULL DEFAULT '',
  legal_basis  TEXT NOT NULL DEFAULT '',
  consent_id   TEXT NOT NULL DEFAULT '',
  marking      TEXT NOT NULL DEFAULT '',
  language     TEXT NOT NULL CHECK (length(language) > 0),
  note         BLOB,
  hash         TEXT NOT NULL CHECK (length(hash) = 64),
  salt         BLOB NOT NULL,
  entries      INTEGER NOT NULL,
  token_hash   BLOB NOT NULL,
  code_hash    BLOB NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  state        TEXT NOT NULL CHECK (state IN ('created', 'opened', 'expired', 'withdrawn', 'blocked')),
  mailed_at    INTEGER NOT NULL DEFAULT 0,
  sent_by      TEXT NOT NULL,
  sent_at      INTEGER NOT NULL,
  until_at     INTEGER NOT NULL CHECK (until_at > 0),
  ended_at     INTEGER NOT NULL DEFAULT 0,
  version      INTEGER NOT NULL DEFAULT 1
, lost INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1)), by_mail INTEGER NOT NULL DEFAULT 0 CHECK (by_mail IN (0, 1)), basis_on TEXT NOT NULL DEFAULT '', basis_article TEXT NOT NULL DEFAULT '', basis_by BLOB) STRICT;

CREATE TABLE outside_part (
  package_id TEXT NOT NULL REFERENCES outside_package (id),
  section    TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  PRIMARY KEY (package_id, section)
) STRICT;

CREATE TABLE partner_ceiling (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  kind TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  sections INTEGER NOT NULL CHECK (sections >= 0),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 366),
  team_days INTEGER NOT NULL CHECK (team_days BETWEEN 0 AND 366),
  set_by TEXT NOT NULL REFERENCES worker (id),
  set_at INTEGER NOT NULL,
  PRIMARY KEY (agency_id, kind, version)
) STRICT;

CREATE TABLE pointer (
  id           TEXT PRIMARY KEY,
  state        TEXT NOT NULL CHECK (state IN ('open', 'not_same', 'ended')),
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  evidence     TEXT NOT NULL,
  made_by      TEXT NOT NULL REFERENCES worker (id),
  made_at      INTEGER NOT NULL,
  until_at     INTEGER NOT NULL CHECK (until_at > 0),
  ended_at     INTEGER NOT NULL DEFAULT 0,
  ended_by     TEXT NOT NULL DEFAULT '',
  ended_agency TEXT NOT NULL DEFAULT '',
  end_reason   TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE pointer_choice (
  file_id   TEXT NOT NULL REFERENCES file (id),
  version   INTEGER NOT NULL CHECK (version > 0),
  choice    TEXT NOT NULL CHECK (choice IN ('hidden', 'pointed')),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  set_at    INTEGER NOT NULL,
  set_by    TEXT NOT NULL REFERENCES worker (id),
  PRIMARY KEY (file_id, version)
) STRICT;

CREATE TABLE pointer_probe (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  grantee_id TEXT NOT NULL CHECK (length(grantee_id) > 0),
  purpose    TEXT NOT NULL CHECK (length(purpose) > 0),
  told       TEXT NOT NULL DEFAULT '',
  silent     TEXT NOT NULL DEFAULT '',
  at         INTEGER NOT NULL
) STRICT;

CREATE TABLE pointer_same (
  pointer_id TEXT NOT NULL REFERENCES pointer (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  said_by    TEXT NOT NULL REFERENCES worker (id),
  said_at    INTEGER NOT NULL,
  PRIMARY KEY (pointer_id, agency_id)
) STRICT;

CREATE TABLE pointer_setting (
  agency_id TEXT NOT NULL REFERENCES agency (id),
  version   INTEGER NOT NULL CHECK (version > 0),
  allows    INTEGER NOT NULL CHECK (allows IN (0, 1)),
  desks_off TEXT NOT NULL DEFAULT '',
  set_at    INTEGER NOT NULL,
  set_by    TEXT NOT NULL REFERENCES worker (id), each_file INTEGER NOT NULL DEFAULT 0 CHECK (each_file IN (0, 1)),
  PRIMARY KEY (agency_id, version)
) STRICT;

CREATE TABLE pointer_side (
  pointer_id   TEXT NOT NULL REFERENCES pointer (id),
  asked        INTEGER NOT NULL CHECK (asked IN (0, 1)),
  file_id      TEXT NOT NULL REFERENCES file (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  grantee_kind TEXT NOT NULL CHECK (grantee_kind IN ('worker', 'desk')),
  grantee_id   TEXT NOT NULL CHECK (length(grantee_id) > 0),
  PRIMARY KEY (pointer_id, asked)
) STRICT;

CREATE TABLE policy_state (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL
) STRICT;

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
  created_at   INTEGER NOT NULL,
  spoken_at    INTEGER NOT NULL,
  spoken_desk  TEXT NOT NULL REFERENCES desk (id),
  ended_at     INTEGER NOT NULL DEFAULT 0,
  erased_at    INTEGER NOT NULL DEFAULT 0,
  referral_id  TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE question_file (
  question_id TEXT PRIMARY KEY REFERENCES question (id),
  file_id     TEXT NOT NULL REFERENCES file (id),
  linked_by   TEXT NOT NULL,
  linked_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE question_word (
  id          TEXT PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES question (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  desk_id     TEXT NOT NULL REFERENCES desk (id),
  written_by  TEXT NOT NULL,
  written_at  INTEGER NOT NULL,
  sealed      BLOB NOT NULL
) STRICT;

CREATE TABLE recall_grant (
  referral_id TEXT NOT NULL REFERENCES referral_recall (referral_id),
  grant_id    TEXT NOT NULL REFERENCES file_grant (id),
  PRIMARY KEY (referral_id, grant_id)
) STRICT;

CREATE TABLE "referral" (
  id             TEXT PRIMARY KEY,
  file_id        TEXT NOT NULL REFERENCES file (id),
  grant_id       TEXT NOT NULL REFERENCES "file_grant" (id),
  from_agency_id TEXT NOT NULL REFERENCES agency (id),
  from_worker_id TEXT NOT NULL REFERENCES worker (id),
  to_agency_id   TEXT NOT NULL REFERENCES agency (id),
  to_desk_id     TEXT NOT NULL REFERENCES desk (id),
  state          TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'expired', 'completed')),
  urgency        TEXT NOT NULL CHECK (urgency IN ('urgent', 'normal')),
  reason         TEXT NOT NULL,
  note           BLOB,
  offered_at     INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,
  answered_at    INTEGER NOT NULL DEFAULT 0,
  answered_by    TEXT NOT NULL DEFAULT '',
  decline_reason TEXT NOT NULL DEFAULT '',
  version        INTEGER NOT NULL DEFAULT 1
, kind TEXT NOT NULL DEFAULT 'assistance' CHECK (kind IN ('assistance', 'registration_only')), from_desk_id TEXT NOT NULL DEFAULT '', attention BLOB, to_worker_id TEXT NOT NULL DEFAULT '', remind_at INTEGER NOT NULL DEFAULT 0, reminded_at INTEGER NOT NULL DEFAULT 0, escalated_at INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', completed_at INTEGER NOT NULL DEFAULT 0, completed_by TEXT NOT NULL DEFAULT '', stand_in_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE referral_item (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  entry_id    TEXT NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (referral_id, entry_id),
  FOREIGN KEY (entry_id, version) REFERENCES entry_version (entry_id, version)
) STRICT;

CREATE TABLE referral_note (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  note_id     TEXT NOT NULL,
  version     INTEGER NOT NULL,
  section     TEXT NOT NULL,
  sealed      BLOB NOT NULL,
  PRIMARY KEY (referral_id, note_id),
  FOREIGN KEY (note_id, version) REFERENCES journal_note_version (note_id, version)
) STRICT;

CREATE TABLE referral_package (
  referral_id TEXT PRIMARY KEY REFERENCES referral (id),
  hash        TEXT NOT NULL CHECK (length(hash) = 64),
  salt        BLOB NOT NULL,
  previewed   INTEGER NOT NULL CHECK (previewed IN (0, 1)),
  made_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE referral_part (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  section     TEXT NOT NULL,
  sealed      BLOB NOT NULL,
  PRIMARY KEY (referral_id, section)
) STRICT;

CREATE TABLE referral_recall (
  referral_id TEXT PRIMARY KEY REFERENCES referral (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  recalled_by TEXT NOT NULL REFERENCES worker (id),
  recalled_at INTEGER NOT NULL CHECK (recalled_at > 0),
  reason      TEXT NOT NULL CHECK (length(reason) > 0),
  came_of     TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE removal_opening (
  id         TEXT PRIMARY KEY,
  removal_id TEXT NOT NULL REFERENCES file_removal (id),
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  grant_id   TEXT NOT NULL REFERENCES file_grant (id),
  reason     TEXT NOT NULL CHECK (reason IN ('complaint', 'accountability')),
  opened_by  TEXT NOT NULL REFERENCES worker (id),
  opened_at  INTEGER NOT NULL,
  until_at   INTEGER NOT NULL CHECK (until_at > opened_at)
) STRICT;

CREATE TABLE request_signature (
  request_id   TEXT NOT NULL REFERENCES access_request (id),
  agency_id    TEXT NOT NULL REFERENCES agency (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  grant_id     TEXT NOT NULL REFERENCES file_grant (id),
  sections     INTEGER NOT NULL CHECK (sections > 0),
  state        TEXT NOT NULL CHECK (state IN ('open', 'signed', 'refused', 'lapsed', 'void')),
  reason       TEXT NOT NULL DEFAULT '',
  asked_at     INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  lapses_at    INTEGER NOT NULL,
  escalated_at INTEGER NOT NULL DEFAULT 0,
  decided_at   INTEGER NOT NULL DEFAULT 0,
  decided_by   TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1, stand_in_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (request_id, agency_id)
) STRICT;

CREATE TABLE retention_step (
  id         TEXT PRIMARY KEY,
  closure_id TEXT NOT NULL REFERENCES file_closure (id),
  step       TEXT NOT NULL CHECK (step IN ('postponed', 'requested', 'approved', 'refused', 'erased')),
  reason     TEXT NOT NULL,
  until_at   INTEGER NOT NULL DEFAULT 0,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  by_id      TEXT NOT NULL,
  at         INTEGER NOT NULL
) STRICT;

CREATE TABLE role (
  id         TEXT PRIMARY KEY,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  base       TEXT NOT NULL CHECK (length(base) > 0),
  name       TEXT NOT NULL CHECK (length(name) > 0),
  standard   INTEGER NOT NULL DEFAULT 0 CHECK (standard IN (0, 1)),
  created_at INTEGER NOT NULL,
  closed_at  INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1,
  UNIQUE (agency_id, name)
) STRICT;

CREATE TABLE role_rule (
  role_id TEXT NOT NULL REFERENCES role (id),
  version INTEGER NOT NULL,
  section TEXT NOT NULL CHECK (length(section) > 0),
  verb    TEXT NOT NULL CHECK (length(verb) > 0),
  eft     TEXT NOT NULL CHECK (eft IN ('allow', 'deny')),
  PRIMARY KEY (role_id, version, section, verb)
) STRICT;

CREATE TABLE screening (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  list       TEXT NOT NULL CHECK (length(list) > 0),
  country    TEXT NOT NULL CHECK (length(country) > 0),
  held_on    TEXT NOT NULL CHECK (length(held_on) > 0),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE screening_version (
  screening_id TEXT NOT NULL REFERENCES screening (id),
  version      INTEGER NOT NULL,
  author_id    TEXT NOT NULL,
  written_at   INTEGER NOT NULL,
  purpose      TEXT NOT NULL CHECK (length(purpose) > 0),
  basis        TEXT NOT NULL CHECK (length(basis) > 0),
  edition      TEXT NOT NULL CHECK (length(edition) > 0),
  sealed       BLOB NOT NULL,
  PRIMARY KEY (screening_id, version)
) STRICT;

CREATE TABLE seal_opening (
  id        TEXT PRIMARY KEY,
  seal_id   TEXT NOT NULL REFERENCES file_seal (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  from_at   INTEGER NOT NULL,
  until_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE search_token (
  token    BLOB NOT NULL,
  file_id  TEXT NOT NULL REFERENCES file (id),
  entry_id TEXT NOT NULL REFERENCES entry (id),
  PRIMARY KEY (token, file_id, entry_id)
) STRICT;

CREATE TABLE session (
  id         TEXT PRIMARY KEY,
  token      BLOB NOT NULL UNIQUE,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  aal        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  stepped_at INTEGER NOT NULL DEFAULT 0,
  until_at   INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0,
  device     BLOB NOT NULL
) STRICT;

CREATE TABLE signal (
  id             TEXT PRIMARY KEY,
  agency_id      TEXT NOT NULL REFERENCES agency (id),
  desk_id        TEXT NOT NULL REFERENCES desk (id),
  with_agency_id TEXT NOT NULL REFERENCES agency (id),
  with_desk_id   TEXT NOT NULL REFERENCES desk (id),
  country        TEXT NOT NULL CHECK (length(country) > 0),
  exploitation   TEXT NOT NULL CHECK (length(exploitation) > 0),
  persons        INTEGER NOT NULL CHECK (persons >= 0),
  seen_on        TEXT NOT NULL CHECK (length(seen_on) > 0),
  source         TEXT NOT NULL CHECK (length(source) > 0),
  place          BLOB,
  story          BLOB,
  state          TEXT NOT NULL CHECK (state IN ('open', 'followed', 'closed', 'anonymised')),
  close_reason   TEXT NOT NULL DEFAULT '',
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL CHECK (expires_at > 0),
  warned_at      INTEGER NOT NULL DEFAULT 0,
  version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE signal_file (
  id        TEXT PRIMARY KEY,
  signal_id TEXT NOT NULL REFERENCES signal (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  agency_id TEXT NOT NULL REFERENCES agency (id),
  linked_by TEXT NOT NULL,
  linked_at INTEGER NOT NULL,
  purpose   TEXT NOT NULL CHECK (length(purpose) > 0),
  basis     TEXT NOT NULL CHECK (length(basis) > 0),
  sealed    BLOB NOT NULL,
  UNIQUE (signal_id, file_id)
) STRICT;

CREATE TABLE signal_holder (
  id          TEXT PRIMARY KEY,
  signal_id   TEXT NOT NULL REFERENCES signal (id),
  desk_id     TEXT NOT NULL REFERENCES desk (id),
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'holds', 'declined', 'ended')),
  with_story  INTEGER NOT NULL CHECK (with_story IN (0, 1)),
  purpose     TEXT NOT NULL CHECK (length(purpose) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  from_desk   TEXT NOT NULL DEFAULT '',
  from_agency TEXT NOT NULL DEFAULT '',
  from_at     INTEGER NOT NULL,
  by_worker   TEXT NOT NULL,
  due_at      INTEGER NOT NULL DEFAULT 0,
  answered_at INTEGER NOT NULL DEFAULT 0,
  answered_by TEXT NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE signal_step (
  id        TEXT PRIMARY KEY,
  signal_id TEXT NOT NULL REFERENCES signal (id),
  kind      TEXT NOT NULL CHECK (kind IN ('noted', 'passed', 'taken', 'declined', 'followed', 'closed', 'anonymised')),
  agency_id TEXT NOT NULL DEFAULT '',
  desk_id   TEXT NOT NULL DEFAULT '',
  worker_id TEXT NOT NULL DEFAULT '',
  reason    TEXT NOT NULL DEFAULT '',
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE task (
  id           TEXT PRIMARY KEY,
  file_id      TEXT NOT NULL REFERENCES file (id),
  kind         TEXT NOT NULL CHECK (kind IN ('case', 'victim')),
  code         TEXT NOT NULL CHECK (length(code) > 0),
  rule         TEXT NOT NULL DEFAULT '',
  subject      TEXT NOT NULL DEFAULT '',
  flag         INTEGER NOT NULL DEFAULT 0 CHECK (flag IN (0, 1)),
  text         BLOB,
  made_at      INTEGER NOT NULL,
  made_by      TEXT NOT NULL DEFAULT '',
  made_agency_id TEXT NOT NULL DEFAULT '',
  to_kind      TEXT NOT NULL CHECK (to_kind IN ('desk', 'worker', 'supervisors')),
  to_id        TEXT NOT NULL CHECK (length(to_id) > 0),
  to_agency_id TEXT NOT NULL REFERENCES agency (id),
  due_at       INTEGER NOT NULL CHECK (due_at > 0),
  waits_for    TEXT NOT NULL DEFAULT '',
  link         TEXT NOT NULL DEFAULT '',
  link_id      TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'done', 'cancelled')),
  closed_at    INTEGER NOT NULL DEFAULT 0,
  closed_by    TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1
, tell_at INTEGER NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE task_step (
  id           TEXT PRIMARY KEY,
  task_id      TEXT NOT NULL REFERENCES task (id),
  file_id      TEXT NOT NULL REFERENCES file (id),
  step         TEXT NOT NULL CHECK (length(step) > 0),
  at           INTEGER NOT NULL,
  worker_id    TEXT NOT NULL DEFAULT '',
  agency_id    TEXT NOT NULL DEFAULT '',
  to_kind      TEXT NOT NULL,
  to_id        TEXT NOT NULL,
  to_agency_id TEXT NOT NULL,
  due_at       INTEGER NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  note         BLOB
) STRICT;

CREATE TABLE throttle (
  key    BLOB PRIMARY KEY,
  tat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE track_appeal (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  step_id    TEXT NOT NULL REFERENCES track_step (id),
  what       TEXT NOT NULL CHECK (what IN ('lodged', 'upheld', 'overturned', 'inadmissible', 'withdrawn')),
  on_day     TEXT NOT NULL CHECK (length(on_day) = 10),
  written_at INTEGER NOT NULL,
  worker_id  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id)
) STRICT;

CREATE TABLE track_step (
  id          TEXT PRIMARY KEY,
  file_id     TEXT NOT NULL REFERENCES file (id),
  track       TEXT NOT NULL CHECK (track IN ('protection', 'residence', 'criminal', 'remedy')),
  country     TEXT NOT NULL CHECK (length(country) = 2),
  seq         INTEGER NOT NULL CHECK (seq > 0),
  from_state  TEXT NOT NULL,
  to_state    TEXT NOT NULL CHECK (length(to_state) > 0),
  happened_on TEXT NOT NULL CHECK (length(happened_on) = 10),
  written_at  INTEGER NOT NULL,
  worker_id   TEXT NOT NULL,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  authority   TEXT NOT NULL,
  rule        TEXT NOT NULL CHECK (length(rule) > 0),
  basis       TEXT NOT NULL CHECK (length(basis) > 0),
  ground      TEXT NOT NULL DEFAULT '',
  pack        TEXT NOT NULL,
  sealed      BLOB,
  UNIQUE (file_id, track, country, seq)
) STRICT;

CREATE TABLE track_strike (
  step_id   TEXT PRIMARY KEY REFERENCES track_step (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  struck_at INTEGER NOT NULL,
  worker_id TEXT NOT NULL,
  agency_id TEXT NOT NULL REFERENCES agency (id),
  reason    TEXT NOT NULL CHECK (reason IN ('wrong_person', 'wrong_step', 'wrong_day', 'twice', 'annulled')),
  sealed    BLOB
) STRICT;

CREATE TABLE transfer (
  id             TEXT PRIMARY KEY REFERENCES file_grant (id),
  file_id        TEXT NOT NULL REFERENCES file (id),
  from_grant_id  TEXT NOT NULL REFERENCES file_grant (id),
  from_agency_id TEXT NOT NULL REFERENCES agency (id),
  to_agency_id   TEXT NOT NULL REFERENCES agency (id),
  to_desk_id     TEXT NOT NULL REFERENCES desk (id),
  state          TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'expired')),
  reason         TEXT NOT NULL,
  note           BLOB,
  keep_until_at  INTEGER NOT NULL DEFAULT 0,
  keep_grant_id  TEXT NOT NULL DEFAULT '',
  offered_by     TEXT NOT NULL REFERENCES worker (id),
  offered_at     INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,
  answered_by    TEXT NOT NULL DEFAULT '',
  answered_at    INTEGER NOT NULL DEFAULT 0,
  decline_reason TEXT NOT NULL DEFAULT '',
  version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE victim (
  file_id     TEXT PRIMARY KEY REFERENCES file (id),
  case_id     TEXT NOT NULL REFERENCES casefile (file_id),
  status      TEXT NOT NULL,
  detected_on TEXT NOT NULL,
  synthetic   INTEGER NOT NULL DEFAULT 0,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE victim_link (
  id         TEXT PRIMARY KEY,
  low_id     TEXT NOT NULL REFERENCES file (id),
  high_id    TEXT NOT NULL REFERENCES file (id),
  kind       TEXT NOT NULL CHECK (kind IN ('sibling', 'parent', 'partner', 'travelling')),
  parent_id  TEXT NOT NULL DEFAULT '' CHECK ((kind = 'parent') = (parent_id <> '') AND parent_id IN ('', low_id, high_id)),
  made_at    INTEGER NOT NULL,
  made_by    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  ended_at   INTEGER NOT NULL DEFAULT 0,
  ended_by   TEXT NOT NULL DEFAULT '',
  end_reason TEXT NOT NULL DEFAULT '' CHECK ((ended_at = 0) = (end_reason = '')),
  version    INTEGER NOT NULL DEFAULT 1,
  CHECK (low_id < high_id)
) STRICT;

CREATE TABLE worker (
  id          TEXT PRIMARY KEY,
  agency_id   TEXT NOT NULL REFERENCES agency (id),
  login_token BLOB NOT NULL UNIQUE,
  sealed      BLOB NOT NULL,
  language    TEXT NOT NULL CHECK (language IN ('en', 'fr', 'nl', 'de')),
  care        INTEGER NOT NULL DEFAULT 0 CHECK (care IN (0, 1)),
  supervisor  INTEGER NOT NULL DEFAULT 0 CHECK (supervisor IN (0, 1)),
  duty        INTEGER NOT NULL DEFAULT 0 CHECK (duty IN (0, 1)),
  created_at  INTEGER NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE worker_desk (
  worker_id TEXT NOT NULL REFERENCES worker (id),
  desk_id   TEXT NOT NULL REFERENCES desk (id),
  from_at   INTEGER NOT NULL,
  ended_at  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (worker_id, desk_id, from_at)
) STRICT;

CREATE TABLE worker_role (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  role_id    TEXT NOT NULL REFERENCES role (id),
  may        TEXT NOT NULL CHECK (may IN ('hold', 'give')),
  granted_by TEXT NOT NULL,
  from_at    INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX access_request_due ON access_request (due_at, id) WHERE state = 'asked';

CREATE INDEX access_request_from ON access_request (agency_id, asked_at, id);

CREATE UNIQUE INDEX access_request_open ON access_request (file_id, grantee_id) WHERE state = 'asked';

CREATE INDEX access_request_stand_in ON access_request (escalated_at) WHERE state = 'asked' AND escalated_at > 0 AND stand_in_at = 0;

CREATE INDEX access_request_to ON access_request (to_agency_id, asked_at, id);

CREATE INDEX access_review_of_desk ON access_review (desk_id, quarter);

CREATE INDEX age_step_of_file ON age_step (file_id, id);

CREATE INDEX api_key_of_worker ON api_key (worker_id, ended_at);

CREATE INDEX approval_due ON approval (lapses_at) WHERE state = 'open';

CREATE INDEX approval_of_agency ON approval (agency_id, state, lapses_at, id);

CREATE INDEX approval_stand_in ON approval (asked_at) WHERE state = 'open' AND stand_in_at = 0;

CREATE INDEX audit_entry_verified ON audit_entry (agency_id, at) WHERE action IN ('log.verify', 'log.whole', 'log.faulty', 'log.broken_off');

CREATE INDEX breach_of_agency ON breach (agency_id, created_at, id);

CREATE INDEX breach_pending ON breach_version (warn_at, breach_id) WHERE authority = 'pending';

CREATE UNIQUE INDEX breach_report_became ON breach_report_end (breach_id) WHERE breach_id IS NOT NULL;

CREATE INDEX breach_report_due ON breach_report (warn_at, id);

CREATE INDEX breach_report_of_agency ON breach_report (agency_id, reported_at, id);

CREATE INDEX breach_report_of_worker ON breach_report (reported_by, reported_at, id);

CREATE UNIQUE INDEX circle_member_live ON circle_member (circle_id, desk_id) WHERE ended_at = 0;

CREATE INDEX circle_member_of_desk ON circle_member (desk_id, ended_at);

CREATE UNIQUE INDEX circle_share_live ON circle_share (circle_id, file_id, agency_id) WHERE ended_at = 0;

CREATE INDEX circle_share_of_file ON circle_share (file_id);

CREATE INDEX clock_feed_of_worker ON clock_feed (worker_id, revoked_at, created_at, id);

CREATE INDEX clock_next ON clock (next_on, id) WHERE state = 'running' AND next_on <> '';

CREATE INDEX clock_of_file ON clock (file_id, state, due_on, id);

CREATE UNIQUE INDEX clock_of_rule ON clock (file_id, rule, (CASE WHEN kind = 'answer' THEN agency_id ELSE '' END)) WHERE state <> 'ended';

CREATE INDEX clock_open ON clock (id) WHERE state <> 'ended';

CREATE UNIQUE INDEX clock_reflection ON clock (file_id, country) WHERE kind = 'reflection' AND state <> 'ended';

CREATE INDEX clock_step_of_clock ON clock_step (clock_id, at, id);

CREATE INDEX clock_step_of_file ON clock_step (file_id, at, id);

CREATE INDEX consent_of_file ON consent (file_id, id);

CREATE INDEX consultation_of_desk ON consultation (desk_id, created_at, id);

CREATE INDEX consultation_participant_of_desk ON consultation_participant (desk_id);

CREATE INDEX desk_of_agency ON desk (agency_id);

CREATE INDEX directory_places_of_desk ON directory_places (desk_id, told_at, id);

CREATE INDEX emergency_of_file ON emergency (file_id, worker_id);

CREATE INDEX emergency_party_list ON emergency_party (agency_id, told_at, emergency_id);

CREATE INDEX emergency_party_review ON emergency_party (agency_id, review_due_at) WHERE signed_at = 0 AND review_due_at > 0;

CREATE INDEX emergency_running ON emergency (opened_at, id) WHERE state IN ('opened', 'confirmed');

CREATE INDEX entry_in_time ON entry (file_id, created_at, id);

CREATE INDEX entry_of_file ON entry (file_id, id);

CREATE INDEX erasure_of_closure ON erasure (closure_id, requested_at);

CREATE UNIQUE INDEX erasure_open ON erasure (file_id) WHERE done_at = 0 AND dropped_at = 0;

CREATE INDEX exclusion_live ON exclusion (file_id, worker_id) WHERE ended_at = 0;

CREATE INDEX exclusion_of_agency ON exclusion (agency_id, from_at, id);

CREATE INDEX exclusion_of_house ON exclusion (worker_agency_id, from_at, id);

CREATE INDEX exclusion_of_root ON exclusion (root_id);

CREATE INDEX file_closure_due ON file_closure (due_at, id) WHERE reopened_at = 0 AND erased_at = 0;

CREATE INDEX file_closure_kept ON file_closure (agency_id, due_at, id) WHERE reopened_at = 0 AND erased_at = 0;

CREATE UNIQUE INDEX file_closure_live ON file_closure (file_id) WHERE reopened_at = 0;

CREATE INDEX file_closure_of_file ON file_closure (file_id, closed_at);

CREATE INDEX file_export_of_file ON file_export (file_id, at, id);

CREATE INDEX file_grant_due ON file_grant ((CASE WHEN told_at = 0 THEN 0 ELSE 1 END), until_at) WHERE state IN ('live', 'sealed');

CREATE INDEX file_grant_ending ON file_grant (grantee_id, until_at);

CREATE INDEX file_grant_list ON file_grant (grantee_id, kind, sort_at, file_id) WHERE state = 'live';

CREATE INDEX file_grant_of_circle ON file_grant (circle_id) WHERE circle_id <> '';

CREATE INDEX file_grant_of_consent ON file_grant (consent_id) WHERE consent_id <> '';

CREATE INDEX file_grant_of_file ON file_grant (file_id, grantee_id);

CREATE INDEX file_grant_of_root ON file_grant (root_id) WHERE root_id <> id;

CREATE INDEX file_grant_offered ON file_grant (until_at) WHERE state = 'offered';

CREATE INDEX file_of_case ON file (case_id, kind);

CREATE INDEX file_removal_due ON file_removal (from_at, id) WHERE removed_at = 0;

CREATE INDEX file_removal_of_agency ON file_removal (agency_id, from_at, id);

CREATE INDEX file_seal_lifted ON file_seal (agency_id, ended_at, id) WHERE ended_at > 0;

CREATE UNIQUE INDEX file_seal_live ON file_seal (file_id) WHERE ended_at = 0;

CREATE INDEX file_seal_of_agency ON file_seal (agency_id, sealed_at, id) WHERE ended_at = 0;

CREATE UNIQUE INDEX guardian_now ON guardian (file_id) WHERE ended_on = '';

CREATE INDEX guardian_of_file ON guardian (file_id, id);

CREATE INDEX import_row_of_file ON import_row (file_id);

CREATE INDEX journal_note_of_file ON journal_note (file_id, created_at, id);

CREATE INDEX known_network_due ON known_network (until_at);

CREATE UNIQUE INDEX legal_hold_live ON legal_hold (file_id, agency_id) WHERE ended_at = 0;

CREATE INDEX legal_hold_of_file ON legal_hold (file_id, set_at);

CREATE INDEX mail_due ON mail (due_at, id) WHERE state = 'waiting';

CREATE INDEX mail_of_agency ON mail (agency_id, state, made_at, id);

CREATE INDEX mail_of_worker ON mail (worker_id, made_at, id);

CREATE INDEX mail_settled ON mail (settled_at) WHERE settled_at > 0;

CREATE UNIQUE INDEX mail_waiting ON mail (worker_id) WHERE state = 'waiting';

CREATE INDEX majority_look_due ON majority_look (next_at) WHERE done_at = 0;

CREATE INDEX need_of_file ON need (file_id, id);

CREATE INDEX need_unmet ON need (agency_id, noted_on, id) WHERE state IN ('open', 'asked');

CREATE INDEX notice_done ON notice (to_id, acknowledged_at, id) WHERE acknowledged_at > 0;

CREATE INDEX notice_of_subject ON notice (subject_id, code);

CREATE INDEX notice_open ON notice (to_id, told_at, id) WHERE acknowledged_at = 0;

CREATE INDEX notice_to_spread ON notice (told_at, id) WHERE spread = 0;

CREATE INDEX once_at ON once (at);

CREATE INDEX outside_package_due ON outside_package (until_at, id) WHERE state = 'created';

CREATE INDEX outside_package_of_file ON outside_package (file_id, sent_at, id);

CREATE INDEX outside_package_on_consent ON outside_package (consent_id) WHERE state = 'created';

CREATE UNIQUE INDEX outside_package_token ON outside_package (token_hash);

CREATE INDEX pointer_due ON pointer (until_at, id) WHERE state = 'open';

CREATE INDEX pointer_probe_at ON pointer_probe (at);

CREATE INDEX pointer_probe_by_grantee ON pointer_probe (grantee_id, at);

CREATE INDEX pointer_probe_by_worker ON pointer_probe (worker_id, at);

CREATE INDEX pointer_probe_to_log ON pointer_probe (at, id) WHERE told <> '' OR silent <> '';

CREATE INDEX pointer_side_of_agency ON pointer_side (agency_id, pointer_id);

CREATE INDEX pointer_side_of_file ON pointer_side (file_id, pointer_id);

CREATE INDEX pointer_side_of_grantee ON pointer_side (grantee_id, pointer_id);

CREATE INDEX question_ended ON question (ended_at, id) WHERE state <> 'open' AND erased_at = 0;

CREATE INDEX question_file_of ON question_file (file_id);

CREATE INDEX question_from ON question (desk_id, created_at, id);

CREATE INDEX question_silent ON question (spoken_at, id) WHERE state = 'open';

CREATE INDEX question_to ON question (to_desk_id, created_at, id);

CREATE INDEX question_word_of ON question_word (question_id, written_at, id);

CREATE INDEX referral_escalate ON referral (due_at) WHERE state = 'offered' AND escalated_at = 0;

CREATE INDEX referral_from ON referral (from_agency_id, state, offered_at);

CREATE INDEX referral_item_of_entry ON referral_item (entry_id, version);

CREATE INDEX referral_note_of_note ON referral_note (note_id, version);

CREATE INDEX referral_of_file ON referral (file_id);

CREATE UNIQUE INDEX referral_open ON referral (file_id, to_desk_id, from_agency_id) WHERE state = 'offered';

CREATE INDEX referral_remind ON referral (remind_at) WHERE state = 'offered' AND reminded_at = 0;

CREATE INDEX referral_sent ON referral (from_agency_id, offered_at, id);

CREATE INDEX referral_stand_in ON referral (escalated_at) WHERE state = 'offered' AND escalated_at > 0 AND stand_in_at = 0;

CREATE INDEX referral_to ON referral (to_desk_id, state, due_at);

CREATE INDEX referral_to_agency ON referral (to_agency_id, offered_at, id);

CREATE INDEX removal_opening_of ON removal_opening (removal_id, opened_at, id);

CREATE INDEX request_signature_due ON request_signature (due_at, request_id) WHERE state = 'open';

CREATE INDEX request_signature_of_grant ON request_signature (grant_id);

CREATE INDEX request_signature_stand_in ON request_signature (escalated_at) WHERE state = 'open' AND escalated_at > 0 AND stand_in_at = 0;

CREATE INDEX request_signature_waiting ON request_signature (agency_id, request_id) WHERE state = 'open';

CREATE INDEX retention_step_of_closure ON retention_step (closure_id, at, id);

CREATE INDEX screening_of_file ON screening (file_id, created_at, id);

CREATE INDEX seal_opening_of_worker ON seal_opening (file_id, worker_id, until_at);

CREATE INDEX search_token_of_entry ON search_token (entry_id);

CREATE INDEX session_of_worker ON session (worker_id, ended_at);

CREATE INDEX signal_expiring ON signal (expires_at, id) WHERE state IN ('open', 'closed');

CREATE INDEX signal_file_of ON signal_file (file_id, linked_at, id);

CREATE INDEX signal_held_by ON signal_holder (agency_id, signal_id);

CREATE UNIQUE INDEX signal_holder_live ON signal_holder (signal_id, desk_id) WHERE state IN ('waiting', 'holds');

CREATE INDEX signal_holder_of_desk ON signal_holder (desk_id, from_at, signal_id) WHERE state IN ('waiting', 'holds');

CREATE UNIQUE INDEX signal_holder_waiting ON signal_holder (signal_id) WHERE state = 'waiting';

CREATE INDEX signal_of_agency ON signal (agency_id, created_at);

CREATE INDEX signal_step_of ON signal_step (signal_id, at, id);

CREATE INDEX signal_with ON signal (with_desk_id, state, created_at, id);

CREATE INDEX task_blocked ON task (waits_for) WHERE state = 'waiting';

CREATE INDEX task_closed ON task (to_id, closed_at, id) WHERE closed_at > 0;

CREATE INDEX task_due ON task (to_id, state, flag, due_at, id, file_id, to_agency_id);

CREATE INDEX task_flag ON task (due_at, id) WHERE closed_at = 0 AND flag = 1;

CREATE INDEX task_given ON task (made_by, state, due_at, id, file_id, to_id, to_agency_id);

CREATE INDEX task_of_file ON task (file_id, state, due_at, id);

CREATE INDEX task_of_house ON task (to_agency_id, state, flag, due_at, id, file_id);

CREATE UNIQUE INDEX task_of_rule ON task (file_id, rule, subject) WHERE rule <> '';

CREATE INDEX task_open ON task (id) WHERE closed_at = 0;

CREATE INDEX task_step_of_file ON task_step (file_id, at, id);

CREATE INDEX task_step_of_task ON task_step (task_id, at, id);

CREATE INDEX task_to_tell ON task (tell_at, id) WHERE closed_at = 0 AND tell_at > 0;

CREATE INDEX track_appeal_of_file ON track_appeal (file_id, id);

CREATE INDEX track_strike_of_file ON track_strike (file_id, struck_at, step_id);

CREATE INDEX transfer_due ON transfer (due_at) WHERE state = 'offered';

CREATE INDEX transfer_from ON transfer (from_agency_id, offered_at, id);

CREATE INDEX transfer_of_file ON transfer (file_id, offered_at);

CREATE UNIQUE INDEX transfer_open ON transfer (file_id) WHERE state = 'offered';

CREATE INDEX transfer_to ON transfer (to_desk_id, offered_at, id);

CREATE UNIQUE INDEX victim_link_once ON victim_link (low_id, high_id, kind) WHERE ended_at = 0;

CREATE INDEX victim_link_other ON victim_link (high_id, id);

CREATE INDEX victim_of_case ON victim (case_id);

CREATE INDEX worker_desk_of_desk ON worker_desk (desk_id, ended_at);

CREATE INDEX worker_of_agency ON worker (agency_id, id);

CREATE INDEX worker_role_of_role ON worker_role (role_id, ended_at);

CREATE INDEX worker_role_of_worker ON worker_role (worker_id, ended_at);

CREATE TRIGGER access_request_no_delete BEFORE DELETE ON access_request BEGIN SELECT RAISE(ABORT, 'access_request is never deleted'); END;

CREATE TRIGGER access_review_no_delete BEFORE DELETE ON access_review BEGIN SELECT RAISE(ABORT, 'access_review is append-only'); END;

CREATE TRIGGER access_review_no_update BEFORE UPDATE ON access_review BEGIN SELECT RAISE(ABORT, 'access_review is append-only'); END;

CREATE TRIGGER age_step_no_delete BEFORE DELETE ON age_step BEGIN SELECT RAISE(ABORT, 'age_step is append-only'); END;

CREATE TRIGGER age_step_no_update BEFORE UPDATE ON age_step BEGIN SELECT RAISE(ABORT, 'age_step is append-only'); END;

CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approval is never deleted'); END;

CREATE TRIGGER audit_checkpoint_unchanged BEFORE UPDATE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_checkpoint_undeleted BEFORE DELETE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_checkpoint_unreplaced BEFORE INSERT ON audit_checkpoint
WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE size = NEW.size)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_hash_unchanged BEFORE UPDATE ON audit_hash
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_hash_undeleted BEFORE DELETE ON audit_hash
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_hash_unreplaced BEFORE INSERT ON audit_hash
WHEN EXISTS (SELECT 1 FROM audit_hash WHERE position = NEW.position)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_head_undeleted BEFORE DELETE ON audit_head
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_leaf_unchanged BEFORE UPDATE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_leaf_undeleted BEFORE DELETE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_leaf_unreplaced BEFORE INSERT ON audit_leaf
WHEN EXISTS (SELECT 1 FROM audit_leaf WHERE seq = NEW.seq OR entry_id = NEW.entry_id)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_lookup_unchanged BEFORE UPDATE ON audit_lookup
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_lookup_undeleted BEFORE DELETE ON audit_lookup
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER audit_queue_unchanged BEFORE UPDATE ON audit_queue
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;

CREATE TRIGGER breach_file_no_delete BEFORE DELETE ON breach_file BEGIN SELECT RAISE(ABORT, 'breach_file is append-only'); END;

CREATE TRIGGER breach_file_no_update BEFORE UPDATE ON breach_file BEGIN SELECT RAISE(ABORT, 'breach_file is append-only'); END;

CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach BEGIN SELECT RAISE(ABORT, 'breach is append-only'); END;

CREATE TRIGGER breach_report_end_no_delete BEFORE DELETE ON breach_report_end BEGIN SELECT RAISE(ABORT, 'breach_report_end is append-only'); END;

CREATE TRIGGER breach_report_end_no_update BEFORE UPDATE ON breach_report_end BEGIN SELECT RAISE(ABORT, 'breach_report_end is append-only'); END;

CREATE TRIGGER breach_report_file_no_delete BEFORE DELETE ON breach_report_file BEGIN SELECT RAISE(ABORT, 'breach_report_file is append-only'); END;

CREATE TRIGGER breach_report_file_no_update BEFORE UPDATE ON breach_report_file BEGIN SELECT RAISE(ABORT, 'breach_report_file is append-only'); END;

CREATE TRIGGER breach_report_no_delete BEFORE DELETE ON breach_report BEGIN SELECT RAISE(ABORT, 'breach_report is append-only'); END;

CREATE TRIGGER breach_report_no_update BEFORE UPDATE ON breach_report BEGIN SELECT RAISE(ABORT, 'breach_report is append-only'); END;

CREATE TRIGGER breach_report_step_no_delete BEFORE DELETE ON breach_report_step BEGIN SELECT RAISE(ABORT, 'breach_report_step is append-only'); END;

CREATE TRIGGER breach_report_step_no_update BEFORE UPDATE ON breach_report_step BEGIN SELECT RAISE(ABORT, 'breach_report_step is append-only'); END;

CREATE TRIGGER breach_step_no_delete BEFORE DELETE ON breach_step BEGIN SELECT RAISE(ABORT, 'breach_step is append-only'); END;

CREATE TRIGGER breach_step_no_update BEFORE UPDATE ON breach_step BEGIN SELECT RAISE(ABORT, 'breach_step is append-only'); END;

CREATE TRIGGER breach_version_no_delete BEFORE DELETE ON breach_version BEGIN SELECT RAISE(ABORT, 'breach_version is append-only'); END;

CREATE TRIGGER breach_version_no_update BEFORE UPDATE ON breach_version BEGIN SELECT RAISE(ABORT, 'breach_version is append-only'); END;

CREATE TRIGGER casefile_version_no_delete BEFORE DELETE ON casefile_version BEGIN SELECT RAISE(ABORT, 'casefile_version is append-only'); END;

CREATE TRIGGER casefile_version_no_update BEFORE UPDATE ON casefile_version BEGIN SELECT RAISE(ABORT, 'casefile_version is append-only'); END;

CREATE TRIGGER checklist_choice_no_delete BEFORE DELETE ON checklist_choice BEGIN SELECT RAISE(ABORT, 'checklist_choice is append-only'); END;

CREATE TRIGGER checklist_choice_no_update BEFORE UPDATE ON checklist_choice BEGIN SELECT RAISE(ABORT, 'checklist_choice is append-only'); END;

CREATE TRIGGER checklist_step_no_delete BEFORE DELETE ON checklist_step BEGIN SELECT RAISE(ABORT, 'checklist_step is append-only'); END;

CREATE TRIGGER checklist_step_no_update BEFORE UPDATE ON checklist_step BEGIN SELECT RAISE(ABORT, 'checklist_step is append-only'); END;

CREATE TRIGGER circle_member_no_delete BEFORE DELETE ON circle_member BEGIN SELECT RAISE(ABORT, 'circle_member is never deleted'); END;

CREATE TRIGGER circle_no_delete BEFORE DELETE ON circle BEGIN SELECT RAISE(ABORT, 'circle is never deleted'); END;

CREATE TRIGGER circle_share_no_delete BEFORE DELETE ON circle_share BEGIN SELECT RAISE(ABORT, 'circle_share is never deleted'); END;

CREATE TRIGGER clock_no_delete BEFORE DELETE ON clock BEGIN SELECT RAISE(ABORT, 'clock is never deleted'); END;

CREATE TRIGGER clock_step_no_delete BEFORE DELETE ON clock_step BEGIN SELECT RAISE(ABORT, 'clock_step is append-only'); END;

CREATE TRIGGER clock_step_no_update BEFORE UPDATE ON clock_step BEGIN SELECT RAISE(ABORT, 'clock_step is append-only'); END;

CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is never deleted'); END;

CREATE TRIGGER consent_recipient_no_delete BEFORE DELETE ON consent_recipient BEGIN SELECT RAISE(ABORT, 'consent_recipient is append-only'); END;

CREATE TRIGGER consent_recipient_no_update BEFORE UPDATE ON consent_recipient BEGIN SELECT RAISE(ABORT, 'consent_recipient is append-only'); END;

CREATE TRIGGER consent_signature_no_delete BEFORE DELETE ON consent_signature BEGIN SELECT RAISE(ABORT, 'consent_signature is append-only'); END;

CREATE TRIGGER consent_signature_no_update BEFORE UPDATE ON consent_signature BEGIN SELECT RAISE(ABORT, 'consent_signature is append-only'); END;

CREATE TRIGGER consent_version_no_delete BEFORE DELETE ON consent_version BEGIN SELECT RAISE(ABORT, 'consent_version is append-only'); END;

CREATE TRIGGER consent_version_no_update BEFORE UPDATE ON consent_version BEGIN SELECT RAISE(ABORT, 'consent_version is append-only'); END;

CREATE TRIGGER consultation_minutes_no_delete BEFORE DELETE ON consultation_minutes BEGIN SELECT RAISE(ABORT, 'consultation_minutes is never deleted'); END;

CREATE TRIGGER consultation_minutes_no_update BEFORE UPDATE ON consultation_minutes BEGIN SELECT RAISE(ABORT, 'consultation_minutes is append-only'); END;

CREATE TRIGGER consultation_no_delete BEFORE DELETE ON consultation BEGIN SELECT RAISE(ABORT, 'consultation is never deleted'); END;

CREATE TRIGGER consultation_participant_no_delete BEFORE DELETE ON consultation_participant BEGIN SELECT RAISE(ABORT, 'consultation_participant is never deleted'); END;

CREATE TRIGGER data_key_moves_file AFTER UPDATE ON data_key
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.owner_id;
END;

CREATE TRIGGER directory_listing_no_delete BEFORE DELETE ON directory_listing BEGIN SELECT RAISE(ABORT, 'directory_listing is append-only'); END;

CREATE TRIGGER directory_listing_no_update BEFORE UPDATE ON directory_listing BEGIN SELECT RAISE(ABORT, 'directory_listing is append-only'); END;

CREATE TRIGGER directory_places_no_delete BEFORE DELETE ON directory_places BEGIN SELECT RAISE(ABORT, 'directory_places is append-only'); END;

CREATE TRIGGER directory_places_no_update BEFORE UPDATE ON directory_places BEGIN SELECT RAISE(ABORT, 'directory_places is append-only'); END;

CREATE TRIGGER emergency_no_delete BEFORE DELETE ON emergency BEGIN SELECT RAISE(ABORT, 'emergency is never deleted'); END;

CREATE TRIGGER emergency_party_no_delete BEFORE DELETE ON emergency_party BEGIN SELECT RAISE(ABORT, 'emergency_party is never deleted'); END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is never deleted'); END;

CREATE TRIGGER entry_version_moves_file AFTER INSERT ON entry_version
BEGIN
  UPDATE file SET version = version + 1 WHERE id = (SELECT file_id FROM entry WHERE id = NEW.entry_id);
END;

CREATE TRIGGER entry_version_no_delete BEFORE DELETE ON entry_version BEGIN SELECT RAISE(ABORT, 'entry_version is append-only'); END;

CREATE TRIGGER entry_version_no_update BEFORE UPDATE ON entry_version BEGIN SELECT RAISE(ABORT, 'entry_version is append-only'); END;

CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is never deleted'); END;

CREATE TRIGGER exclusion_change_moves_access AFTER UPDATE ON exclusion
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER exclusion_new_moves_access AFTER INSERT ON exclusion
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER exclusion_no_delete BEFORE DELETE ON exclusion BEGIN SELECT RAISE(ABORT, 'exclusion is never deleted'); END;

CREATE TRIGGER file_closure_no_delete BEFORE DELETE ON file_closure BEGIN SELECT RAISE(ABORT, 'file_closure is never deleted'); END;

CREATE TRIGGER file_export_entry_no_delete BEFORE DELETE ON file_export_entry BEGIN SELECT RAISE(ABORT, 'file_export_entry is append-only'); END;

CREATE TRIGGER file_export_entry_no_update BEFORE UPDATE ON file_export_entry BEGIN SELECT RAISE(ABORT, 'file_export_entry is append-only'); END;

CREATE TRIGGER file_export_no_delete BEFORE DELETE ON file_export BEGIN SELECT RAISE(ABORT, 'file_export is append-only'); END;

CREATE TRIGGER file_export_no_update BEFORE UPDATE ON file_export BEGIN SELECT RAISE(ABORT, 'file_export is append-only'); END;

CREATE TRIGGER file_grant_change_moves_access AFTER UPDATE OF file_id, state, grantee_kind, grantee_id, agency_id, lead, relations, sections, only_of, purpose, basis, from_at, until_at, legal_basis, consent_id, emergency ON file_grant
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER file_grant_new_moves_access AFTER INSERT ON file_grant
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER file_grant_no_delete BEFORE DELETE ON file_grant BEGIN SELECT RAISE(ABORT, 'file_grant is never deleted'); END;

CREATE TRIGGER file_no_delete BEFORE DELETE ON file BEGIN SELECT RAISE(ABORT, 'file is never deleted'); END;

CREATE TRIGGER file_reference_new_moves_access AFTER INSERT ON file_reference
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER file_removal_no_delete BEFORE DELETE ON file_removal BEGIN SELECT RAISE(ABORT, 'file_removal is append-only'); END;

CREATE TRIGGER file_seal_change_moves_access AFTER UPDATE ON file_seal
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER file_seal_new_moves_access AFTER INSERT ON file_seal
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER file_seal_no_delete BEFORE DELETE ON file_seal BEGIN SELECT RAISE(ABORT, 'file_seal is never deleted'); END;

CREATE TRIGGER file_tombstone_no_delete BEFORE DELETE ON file_tombstone BEGIN SELECT RAISE(ABORT, 'file_tombstone is append-only'); END;

CREATE TRIGGER file_tombstone_no_update BEFORE UPDATE ON file_tombstone BEGIN SELECT RAISE(ABORT, 'file_tombstone is append-only'); END;

CREATE TRIGGER guardian_no_delete BEFORE DELETE ON guardian BEGIN SELECT RAISE(ABORT, 'guardian is never deleted'); END;

CREATE TRIGGER journal_note_no_delete BEFORE DELETE ON journal_note BEGIN SELECT RAISE(ABORT, 'journal_note is never deleted'); END;

CREATE TRIGGER journal_note_reader_no_delete BEFORE DELETE ON journal_note_reader BEGIN SELECT RAISE(ABORT, 'journal_note_reader is append-only'); END;

CREATE TRIGGER journal_note_reader_no_update BEFORE UPDATE ON journal_note_reader BEGIN SELECT RAISE(ABORT, 'journal_note_reader is append-only'); END;

CREATE TRIGGER journal_note_version_no_delete BEFORE DELETE ON journal_note_version BEGIN SELECT RAISE(ABORT, 'journal_note_version is append-only'); END;

CREATE TRIGGER journal_note_version_no_update BEFORE UPDATE ON journal_note_version BEGIN SELECT RAISE(ABORT, 'journal_note_version is append-only'); END;

CREATE TRIGGER legal_hold_no_delete BEFORE DELETE ON legal_hold BEGIN SELECT RAISE(ABORT, 'legal_hold is never deleted'); END;

CREATE TRIGGER need_no_delete BEFORE DELETE ON need BEGIN SELECT RAISE(ABORT, 'need is never deleted'); END;

CREATE TRIGGER need_step_no_delete BEFORE DELETE ON need_step BEGIN SELECT RAISE(ABORT, 'need_step is append-only'); END;

CREATE TRIGGER need_step_no_update BEFORE UPDATE ON need_step BEGIN SELECT RAISE(ABORT, 'need_step is append-only'); END;

CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice BEGIN SELECT RAISE(ABORT, 'notice is never deleted'); END;

CREATE TRIGGER outside_item_no_delete BEFORE DELETE ON outside_item BEGIN SELECT RAISE(ABORT, 'outside_item is append-only'); END;

CREATE TRIGGER outside_item_no_update BEFORE UPDATE ON outside_item BEGIN SELECT RAISE(ABORT, 'outside_item is append-only'); END;

CREATE TRIGGER outside_package_no_delete BEFORE DELETE ON outside_package BEGIN SELECT RAISE(ABORT, 'outside_package is never deleted'); END;

CREATE TRIGGER outside_part_no_delete BEFORE DELETE ON outside_part BEGIN SELECT RAISE(ABORT, 'outside_part is append-only'); END;

CREATE TRIGGER outside_part_no_update BEFORE UPDATE ON outside_part BEGIN SELECT RAISE(ABORT, 'outside_part is append-only'); END;

CREATE TRIGGER partner_ceiling_unchanged BEFORE UPDATE ON partner_ceiling
BEGIN
  SELECT RAISE(ABORT, 'a ceiling gets a new version');
END;

CREATE TRIGGER partner_ceiling_undeleted BEFORE DELETE ON partner_ceiling
BEGIN
  SELECT RAISE(ABORT, 'a ceiling gets a new version');
END;

CREATE TRIGGER pointer_choice_no_delete BEFORE DELETE ON pointer_choice BEGIN SELECT RAISE(ABORT, 'pointer_choice is append-only'); END;

CREATE TRIGGER pointer_choice_no_update BEFORE UPDATE ON pointer_choice BEGIN SELECT RAISE(ABORT, 'pointer_choice is append-only'); END;

CREATE TRIGGER pointer_no_delete BEFORE DELETE ON pointer BEGIN SELECT RAISE(ABORT, 'pointer is never deleted'); END;

CREATE TRIGGER pointer_same_no_delete BEFORE DELETE ON pointer_same BEGIN SELECT RAISE(ABORT, 'pointer_same is append-only'); END;

CREATE TRIGGER pointer_same_no_update BEFORE UPDATE ON pointer_same BEGIN SELECT RAISE(ABORT, 'pointer_same is append-only'); END;

CREATE TRIGGER pointer_setting_no_delete BEFORE DELETE ON pointer_setting BEGIN SELECT RAISE(ABORT, 'pointer_setting is append-only'); END;

CREATE TRIGGER pointer_setting_no_update BEFORE UPDATE ON pointer_setting BEGIN SELECT RAISE(ABORT, 'pointer_setting is append-only'); END;

CREATE TRIGGER pointer_side_no_delete BEFORE DELETE ON pointer_side BEGIN SELECT RAISE(ABORT, 'pointer_side is append-only'); END;

CREATE TRIGGER pointer_side_no_update BEFORE UPDATE ON pointer_side BEGIN SELECT RAISE(ABORT, 'pointer_side is append-only'); END;

CREATE TRIGGER question_file_no_delete BEFORE DELETE ON question_file BEGIN SELECT RAISE(ABORT, 'question_file is append-only'); END;

CREATE TRIGGER question_file_no_update BEFORE UPDATE ON question_file BEGIN SELECT RAISE(ABORT, 'question_file is append-only'); END;

CREATE TRIGGER question_no_delete BEFORE DELETE ON question BEGIN SELECT RAISE(ABORT, 'question is never deleted'); END;

CREATE TRIGGER question_word_no_delete BEFORE DELETE ON question_word BEGIN SELECT RAISE(ABORT, 'question_word is append-only'); END;

CREATE TRIGGER question_word_no_update BEFORE UPDATE ON question_word BEGIN SELECT RAISE(ABORT, 'question_word is append-only'); END;

CREATE TRIGGER recall_grant_no_delete BEFORE DELETE ON recall_grant BEGIN SELECT RAISE(ABORT, 'recall_grant is append-only'); END;

CREATE TRIGGER recall_grant_no_update BEFORE UPDATE ON recall_grant BEGIN SELECT RAISE(ABORT, 'recall_grant is append-only'); END;

CREATE TRIGGER referral_item_no_delete BEFORE DELETE ON referral_item BEGIN SELECT RAISE(ABORT, 'referral_item is append-only'); END;

CREATE TRIGGER referral_item_no_update BEFORE UPDATE ON referral_item BEGIN SELECT RAISE(ABORT, 'referral_item is append-only'); END;

CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral BEGIN SELECT RAISE(ABORT, 'referral is never deleted'); END;

CREATE TRIGGER referral_note_no_delete BEFORE DELETE ON referral_note BEGIN SELECT RAISE(ABORT, 'referral_note is append-only'); END;

CREATE TRIGGER referral_note_no_update BEFORE UPDATE ON referral_note BEGIN SELECT RAISE(ABORT, 'referral_note is append-only'); END;

CREATE TRIGGER referral_package_no_delete BEFORE DELETE ON referral_package BEGIN SELECT RAISE(ABORT, 'referral_package is append-only'); END;

CREATE TRIGGER referral_package_no_update BEFORE UPDATE ON referral_package BEGIN SELECT RAISE(ABORT, 'referral_package is append-only'); END;

CREATE TRIGGER referral_part_no_delete BEFORE DELETE ON referral_part BEGIN SELECT RAISE(ABORT, 'referral_part is append-only'); END;

CREATE TRIGGER referral_part_no_update BEFORE UPDATE ON referral_part BEGIN SELECT RAISE(ABORT, 'referral_part is append-only'); END;

CREATE TRIGGER referral_recall_no_delete BEFORE DELETE ON referral_recall BEGIN SELECT RAISE(ABORT, 'referral_recall is append-only'); END;

CREATE TRIGGER referral_recall_no_update BEFORE UPDATE ON referral_recall BEGIN SELECT RAISE(ABORT, 'referral_recall is append-only'); END;

CREATE TRIGGER removal_opening_no_delete BEFORE DELETE ON removal_opening BEGIN SELECT RAISE(ABORT, 'removal_opening is append-only'); END;

CREATE TRIGGER removal_opening_no_update BEFORE UPDATE ON removal_opening BEGIN SELECT RAISE(ABORT, 'removal_opening is append-only'); END;

CREATE TRIGGER retention_step_no_delete BEFORE DELETE ON retention_step BEGIN SELECT RAISE(ABORT, 'retention_step is append-only'); END;

CREATE TRIGGER retention_step_no_update BEFORE UPDATE ON retention_step BEGIN SELECT RAISE(ABORT, 'retention_step is append-only'); END;

CREATE TRIGGER screening_no_delete BEFORE DELETE ON screening BEGIN SELECT RAISE(ABORT, 'screening is never deleted'); END;

CREATE TRIGGER screening_version_no_delete BEFORE DELETE ON screening_version BEGIN SELECT RAISE(ABORT, 'screening_version is append-only'); END;

CREATE TRIGGER screening_version_no_update BEFORE UPDATE ON screening_version BEGIN SELECT RAISE(ABORT, 'screening_version is append-only'); END;

CREATE TRIGGER seal_opening_change_moves_access AFTER UPDATE ON seal_opening
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER seal_opening_new_moves_access AFTER INSERT ON seal_opening
BEGIN
  UPDATE file SET access = access + 1 WHERE id = NEW.file_id;
END;

CREATE TRIGGER seal_opening_no_delete BEFORE DELETE ON seal_opening BEGIN SELECT RAISE(ABORT, 'seal_opening is never deleted'); END;

CREATE TRIGGER signal_file_no_delete BEFORE DELETE ON signal_file BEGIN SELECT RAISE(ABORT, 'signal_file is append-only'); END;

CREATE TRIGGER signal_file_no_update BEFORE UPDATE ON signal_file BEGIN SELECT RAISE(ABORT, 'signal_file is append-only'); END;

CREATE TRIGGER signal_holder_no_delete BEFORE DELETE ON signal_holder BEGIN SELECT RAISE(ABORT, 'signal_holder is never deleted'); END;

CREATE TRIGGER signal_no_delete BEFORE DELETE ON signal BEGIN SELECT RAISE(ABORT, 'signal is never deleted'); END;

CREATE TRIGGER signal_step_no_delete BEFORE DELETE ON signal_step BEGIN SELECT RAISE(ABORT, 'signal_step is append-only'); END;

CREATE TRIGGER signal_step_no_update BEFORE UPDATE ON signal_step BEGIN SELECT RAISE(ABORT, 'signal_step is append-only'); END;

CREATE TRIGGER task_no_delete BEFORE DELETE ON task BEGIN SELECT RAISE(ABORT, 'task is never deleted'); END;

CREATE TRIGGER task_step_no_delete BEFORE DELETE ON task_step BEGIN SELECT RAISE(ABORT, 'task_step is append-only'); END;

CREATE TRIGGER task_step_no_update BEFORE UPDATE ON task_step BEGIN SELECT RAISE(ABORT, 'task_step is append-only'); END;

CREATE TRIGGER track_appeal_no_delete BEFORE DELETE ON track_appeal BEGIN SELECT RAISE(ABORT, 'track_appeal is append-only'); END;

CREATE TRIGGER track_appeal_no_update BEFORE UPDATE ON track_appeal BEGIN SELECT RAISE(ABORT, 'track_appeal is append-only'); END;

CREATE TRIGGER track_step_no_delete BEFORE DELETE ON track_step BEGIN SELECT RAISE(ABORT, 'track_step is append-only'); END;

CREATE TRIGGER track_step_no_update BEFORE UPDATE ON track_step BEGIN SELECT RAISE(ABORT, 'track_step is append-only'); END;

CREATE TRIGGER track_strike_no_delete BEFORE DELETE ON track_strike BEGIN SELECT RAISE(ABORT, 'track_strike is append-only'); END;

CREATE TRIGGER track_strike_no_update BEFORE UPDATE ON track_strike BEGIN SELECT RAISE(ABORT, 'track_strike is append-only'); END;

CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'transfer is never deleted'); END;

CREATE TRIGGER victim_link_no_delete BEFORE DELETE ON victim_link BEGIN SELECT RAISE(ABORT, 'victim_link is never deleted'); END;

CREATE TRIGGER victim_moves_file AFTER UPDATE ON victim
BEGIN
  UPDATE file SET version = version + 1 WHERE id = NEW.file_id;
END;
