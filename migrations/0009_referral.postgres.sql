-- +goose Up

-- A referral knows its kind, the desk that sent it, whom it is meant for, when it reminds and escalates, and how it ended.
ALTER TABLE referral ADD COLUMN kind TEXT NOT NULL DEFAULT 'assistance' CHECK (kind IN ('assistance', 'registration_only'));
ALTER TABLE referral ADD COLUMN from_desk_id TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN attention @bytes;
ALTER TABLE referral ADD COLUMN to_worker_id TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN remind_at @int NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN reminded_at @int NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN escalated_at @int NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN completed_at @int NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN completed_by TEXT NOT NULL DEFAULT '';
UPDATE referral SET remind_at = (offered_at + due_at) / 2;
CREATE INDEX referral_remind ON referral (remind_at) WHERE state = 'offered' AND reminded_at = 0;
CREATE INDEX referral_escalate ON referral (due_at) WHERE state = 'offered' AND escalated_at = 0;
CREATE INDEX referral_to_agency ON referral (to_agency_id, offered_at, id);

-- What was disclosed: a hash over the very bytes that the desk was shown, the bytes themselves section by section under the
-- section's own key, and the versions of the entries that went along.
CREATE TABLE referral_package (
  referral_id TEXT PRIMARY KEY REFERENCES referral (id),
  hash        TEXT NOT NULL CHECK (length(hash) = 64),
  salt        @bytes NOT NULL,
  previewed   @int NOT NULL CHECK (previewed IN (0, 1)),
  made_at     @int NOT NULL
) @strict;

CREATE TABLE referral_part (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  section     TEXT NOT NULL,
  sealed      @bytes NOT NULL,
  PRIMARY KEY (referral_id, section)
) @strict;

CREATE TABLE referral_item (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  entry_id    TEXT NOT NULL,
  version     @int NOT NULL,
  PRIMARY KEY (referral_id, entry_id),
  FOREIGN KEY (entry_id, version) REFERENCES entry_version (entry_id, version)
) @strict;
CREATE INDEX referral_item_of_entry ON referral_item (entry_id, version);

CREATE TRIGGER referral_package_no_change BEFORE UPDATE OR DELETE ON referral_package FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER referral_part_no_change BEFORE UPDATE OR DELETE ON referral_part FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER referral_item_no_change BEFORE UPDATE OR DELETE ON referral_item FOR EACH ROW EXECUTE FUNCTION relais_append_only();
