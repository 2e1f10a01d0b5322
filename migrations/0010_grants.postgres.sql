-- +goose Up

-- Since when somebody has what a grant holds, however often it was renewed; 0 is the grant's own beginning.
ALTER TABLE file_grant ADD COLUMN since_at @int NOT NULL DEFAULT 0;
-- Whose end was not told yet; used where the statement itself says told_at = 0.
CREATE INDEX file_grant_untold ON file_grant (until_at) WHERE told_at = 0 AND state = 'live';

-- A grant that waits for a second person of the agency that gives it: the sharpest sections, beyond what a place in the
-- case team opens.
CREATE TABLE approval (
  id         TEXT PRIMARY KEY REFERENCES file_grant (id),
  file_id    TEXT NOT NULL REFERENCES file (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  state      TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'lapsed')),
  becomes    TEXT NOT NULL CHECK (becomes IN ('offered', 'live')),
  asked_by   TEXT NOT NULL REFERENCES worker (id),
  asked_at   @int NOT NULL,
  lapses_at  @int NOT NULL,
  decided_at @int NOT NULL DEFAULT 0,
  decided_by TEXT NOT NULL DEFAULT '',
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX approval_of_agency ON approval (agency_id, state, lapses_at, id);
CREATE INDEX approval_due ON approval (lapses_at) WHERE state = 'open';

-- The lead of a case, offered by the agency that has it to a desk of another one. Its id is that of the offered grant.
CREATE TABLE transfer (
  id             TEXT PRIMARY KEY REFERENCES file_grant (id),
  file_id        TEXT NOT NULL REFERENCES file (id),
  from_grant_id  TEXT NOT NULL REFERENCES file_grant (id),
  from_agency_id TEXT NOT NULL REFERENCES agency (id),
  to_agency_id   TEXT NOT NULL REFERENCES agency (id),
  to_desk_id     TEXT NOT NULL REFERENCES desk (id),
  state          TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn', 'expired')),
  reason         TEXT NOT NULL,
  note           @bytes,
  keep_until_at  @int NOT NULL DEFAULT 0,
  keep_grant_id  TEXT NOT NULL DEFAULT '',
  offered_by     TEXT NOT NULL REFERENCES worker (id),
  offered_at     @int NOT NULL,
  due_at         @int NOT NULL,
  answered_by    TEXT NOT NULL DEFAULT '',
  answered_at    @int NOT NULL DEFAULT 0,
  decline_reason TEXT NOT NULL DEFAULT '',
  version        @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX transfer_to ON transfer (to_desk_id, offered_at, id);
CREATE INDEX transfer_from ON transfer (from_agency_id, offered_at, id);
CREATE INDEX transfer_of_file ON transfer (file_id, offered_at);
CREATE INDEX transfer_due ON transfer (due_at) WHERE state = 'offered';
-- One open offer of a case, even if two people make it in the same instant.
CREATE UNIQUE INDEX transfer_open ON transfer (file_id) WHERE state = 'offered';

CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION relais_append_only();
