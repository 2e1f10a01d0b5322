-- +goose Up

-- A grant knows more: that it is proposed and waits for a second person, or lies under a seal; the consent or the circle it
-- hangs on; the law behind it; whether an emergency opened it; what it renews and why.
ALTER TABLE file_grant DROP CONSTRAINT file_grant_state_check;
ALTER TABLE file_grant ADD CONSTRAINT file_grant_state_check CHECK (state IN ('proposed', 'offered', 'live', 'sealed', 'ended'));
ALTER TABLE file_grant ADD COLUMN consent_id TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN circle_id TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN legal_basis TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN emergency @int NOT NULL DEFAULT 0 CHECK (emergency IN (0, 1));
ALTER TABLE file_grant ADD COLUMN told_at @int NOT NULL DEFAULT 0;
ALTER TABLE file_grant ADD COLUMN renewed_from TEXT NOT NULL DEFAULT '';
ALTER TABLE file_grant ADD COLUMN reason TEXT NOT NULL DEFAULT '';
-- These two are used where the statement itself says <> ''.
CREATE INDEX file_grant_of_consent ON file_grant (consent_id) WHERE consent_id <> '';
CREATE INDEX file_grant_of_circle ON file_grant (circle_id) WHERE circle_id <> '';
ALTER TABLE referral DROP CONSTRAINT referral_state_check;
ALTER TABLE referral ADD CONSTRAINT referral_state_check
  CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'expired', 'completed'));

-- A person who may not see a file, whatever was granted: a row beats every allow. An exclusion from a case stands on its
-- victim files too, each row with the first one's id as its root.
CREATE TABLE exclusion (
  id               TEXT PRIMARY KEY,
  file_id          TEXT NOT NULL REFERENCES file (id),
  worker_id        TEXT NOT NULL REFERENCES worker (id),
  worker_agency_id TEXT NOT NULL REFERENCES agency (id),
  reason           TEXT NOT NULL CHECK (length(reason) > 0),
  note             @bytes,
  excluded_by      TEXT NOT NULL,
  agency_id        TEXT NOT NULL REFERENCES agency (id),
  from_at          @int NOT NULL,
  ended_at         @int NOT NULL DEFAULT 0,
  ended_by         TEXT NOT NULL DEFAULT '',
  root_id          TEXT NOT NULL,
  version          @int NOT NULL DEFAULT 1
) @strict;
-- The probe of every look at a file.
CREATE INDEX exclusion_live ON exclusion (file_id, worker_id) WHERE ended_at = 0;
CREATE INDEX exclusion_of_root ON exclusion (root_id);
CREATE INDEX exclusion_of_agency ON exclusion (agency_id, from_at, id);
CREATE INDEX exclusion_of_house ON exclusion (worker_agency_id, from_at, id);

-- A file that lies under an order: its live grants are 'sealed' as long as a row without an end stands here.
CREATE TABLE file_seal (
  id         TEXT PRIMARY KEY,
  file_id    TEXT NOT NULL REFERENCES file (id),
  order_hash @bytes NOT NULL,
  sealed_by  TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  sealed_at  @int NOT NULL,
  ended_at   @int NOT NULL DEFAULT 0,
  ended_by   TEXT NOT NULL DEFAULT '',
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX file_seal_live ON file_seal (file_id) WHERE ended_at = 0;
CREATE INDEX file_seal_of_agency ON file_seal (agency_id, sealed_at, id) WHERE ended_at = 0;

-- Who opened a sealed file, and until when it is open to that person.
CREATE TABLE seal_opening (
  id        TEXT PRIMARY KEY,
  seal_id   TEXT NOT NULL REFERENCES file_seal (id),
  file_id   TEXT NOT NULL REFERENCES file (id),
  worker_id TEXT NOT NULL REFERENCES worker (id),
  from_at   @int NOT NULL,
  until_at  @int NOT NULL
) @strict;
CREATE INDEX seal_opening_of_worker ON seal_opening (file_id, worker_id, until_at);

-- What a desk, a worker, or the auditors or supervisors of an agency have to know: a code and ids, never a person.
CREATE TABLE notice (
  id               TEXT PRIMARY KEY,
  to_kind          TEXT NOT NULL CHECK (to_kind IN ('desk', 'worker', 'auditors', 'supervisors')),
  to_id            TEXT NOT NULL CHECK (length(to_id) > 0),
  agency_id        TEXT NOT NULL REFERENCES agency (id),
  code             TEXT NOT NULL CHECK (length(code) > 0),
  file_id          TEXT NOT NULL DEFAULT '',
  subject_id       TEXT NOT NULL DEFAULT '',
  link             TEXT NOT NULL DEFAULT '',
  must_acknowledge @int NOT NULL DEFAULT 0 CHECK (must_acknowledge IN (0, 1)),
  due_at           @int NOT NULL DEFAULT 0,
  told_at          @int NOT NULL,
  acknowledged_at  @int NOT NULL DEFAULT 0,
  acknowledged_by  TEXT NOT NULL DEFAULT '',
  version          @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX notice_open ON notice (to_id, told_at, id) WHERE acknowledged_at = 0;
CREATE INDEX notice_done ON notice (to_id, acknowledged_at, id) WHERE acknowledged_at > 0;
CREATE INDEX notice_of_subject ON notice (subject_id, code);

CREATE TRIGGER exclusion_no_delete BEFORE DELETE ON exclusion FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER file_seal_no_delete BEFORE DELETE ON file_seal FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER seal_opening_no_delete BEFORE DELETE ON seal_opening FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice FOR EACH ROW EXECUTE FUNCTION relais_append_only();
