-- +goose Up

-- The notes of the file that go along with an offer, as the receiving desk reads them once it has accepted: at which version, and the
-- very bytes that the hash of the package is over, under the key of the note's section.
CREATE TABLE referral_note (
  referral_id TEXT NOT NULL REFERENCES referral_package (referral_id),
  note_id     TEXT NOT NULL,
  version     @int NOT NULL,
  section     TEXT NOT NULL,
  sealed      @bytes NOT NULL,
  PRIMARY KEY (referral_id, note_id),
  FOREIGN KEY (note_id, version) REFERENCES journal_note_version (note_id, version)
) @strict;
CREATE INDEX referral_note_of_note ON referral_note (note_id, version);

CREATE TRIGGER referral_note_no_change BEFORE UPDATE OR DELETE ON referral_note FOR EACH ROW EXECUTE FUNCTION relais_append_only();
