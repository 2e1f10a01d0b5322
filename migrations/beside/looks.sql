-- Entries of the trail that record a look, and changed nothing: they are durable here until the sequencer moves them, within
-- about a second, into the database beside. The tag is keyed with a key that is in neither of the two files.
CREATE TABLE IF NOT EXISTS audit_look (
  place    INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL CHECK (length(entry_id) > 0),
  tag      BLOB NOT NULL CHECK (length(tag) = 32),
  body     BLOB NOT NULL CHECK (length(body) > 0)
) STRICT;

CREATE TRIGGER IF NOT EXISTS audit_look_unchanged BEFORE UPDATE ON audit_look
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
