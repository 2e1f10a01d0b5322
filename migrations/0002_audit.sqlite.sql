-- +goose Up

-- The trail. An entry and its place in the queue are written together; the sequencer then numbers it (audit_leaf), adds the
-- tree's hashes (audit_hash) and the rows by which it is found (audit_lookup), and signs (audit_checkpoint).
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

-- Entries without a number yet. The tag is keyed with a key that is not in the database.
CREATE TABLE audit_queue (
  entry_id TEXT PRIMARY KEY,
  tag      BLOB NOT NULL CHECK (length(tag) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_leaf (
  seq      INTEGER PRIMARY KEY CHECK (seq >= 0),
  entry_id TEXT NOT NULL UNIQUE,
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The nodes of the Merkle tree in the order of sumdb/tlog's stored hashes.
CREATE TABLE audit_hash (
  position INTEGER PRIMARY KEY CHECK (position >= 0),
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY CHECK (size > 0),
  note BLOB NOT NULL CHECK (length(note) > 0)
) STRICT;

-- One row. Whoever numbers entries raises turn first, so that two sequencers wait for each other.
CREATE TABLE audit_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  turn INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;
INSERT INTO audit_head (one, turn, size) VALUES (1, 0, 0);

-- Under which words an entry is found: all, agency/ID, actor/ID, case/ID, file/ID (the file itself and each one in a list).
CREATE TABLE audit_lookup (
  term     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  entry_id TEXT NOT NULL,
  op       TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (term, at, entry_id)
) STRICT, WITHOUT ROWID;

-- Nothing is changed or removed. The third trigger of a table stops INSERT OR REPLACE, which removes without DELETE; entries,
-- queue and look-up rows do without, because it would cost each append a fifth of its time, and Verify sees what was replaced.
-- +goose StatementBegin
CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_leaf_unchanged BEFORE UPDATE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_leaf_undeleted BEFORE DELETE ON audit_leaf
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_leaf_unreplaced BEFORE INSERT ON audit_leaf
WHEN EXISTS (SELECT 1 FROM audit_leaf WHERE seq = NEW.seq OR entry_id = NEW.entry_id)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_hash_unchanged BEFORE UPDATE ON audit_hash
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_hash_undeleted BEFORE DELETE ON audit_hash
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_hash_unreplaced BEFORE INSERT ON audit_hash
WHEN EXISTS (SELECT 1 FROM audit_hash WHERE position = NEW.position)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_checkpoint_unchanged BEFORE UPDATE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_checkpoint_undeleted BEFORE DELETE ON audit_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_checkpoint_unreplaced BEFORE INSERT ON audit_checkpoint
WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE size = NEW.size)
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_lookup_unchanged BEFORE UPDATE ON audit_lookup
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_lookup_undeleted BEFORE DELETE ON audit_lookup
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_queue_unchanged BEFORE UPDATE ON audit_queue
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_head_undeleted BEFORE DELETE ON audit_head
BEGIN
  SELECT RAISE(ABORT, 'the trail is only added to');
END;
-- +goose StatementEnd
