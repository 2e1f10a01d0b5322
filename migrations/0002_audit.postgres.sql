-- +goose Up

-- The trail. An entry and its place in the queue are written together; the sequencer then numbers it (audit_leaf), adds the
-- tree's hashes (audit_hash) and the rows by which it is found (audit_lookup), and signs (audit_checkpoint).
CREATE TABLE audit_entry (
  id        TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  at        BIGINT NOT NULL,
  action    TEXT NOT NULL CHECK (length(action) > 0),
  op        TEXT NOT NULL CHECK (length(op) > 0),
  decision  TEXT NOT NULL CHECK (decision IN ('allow', 'deny')),
  actor_id  TEXT COLLATE "C" NOT NULL,
  agency_id TEXT COLLATE "C" NOT NULL,
  file_id   TEXT COLLATE "C" NOT NULL,
  body      BYTEA NOT NULL CHECK (octet_length(body) > 0)
);

-- Entries without a number yet. The tag is keyed with a key that is not in the database.
CREATE TABLE audit_queue (
  entry_id TEXT COLLATE "C" PRIMARY KEY,
  tag      BYTEA NOT NULL CHECK (octet_length(tag) = 32)
);

CREATE TABLE audit_leaf (
  seq      BIGINT PRIMARY KEY CHECK (seq >= 0),
  entry_id TEXT COLLATE "C" NOT NULL UNIQUE,
  hash     BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);

-- The nodes of the Merkle tree in the order of sumdb/tlog's stored hashes.
CREATE TABLE audit_hash (
  position BIGINT PRIMARY KEY CHECK (position >= 0),
  hash     BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE audit_checkpoint (
  size BIGINT PRIMARY KEY CHECK (size > 0),
  note BYTEA NOT NULL CHECK (octet_length(note) > 0)
);

-- One row. Whoever numbers entries raises turn first, so that two sequencers wait for each other.
CREATE TABLE audit_head (
  one  BIGINT PRIMARY KEY CHECK (one = 1),
  turn BIGINT NOT NULL,
  size BIGINT NOT NULL CHECK (size >= 0)
);
INSERT INTO audit_head (one, turn, size) VALUES (1, 0, 0);

-- Under which words an entry is found: all, agency/ID, actor/ID, case/ID, file/ID (the file itself and each one in a list).
CREATE TABLE audit_lookup (
  term     TEXT COLLATE "C" NOT NULL,
  at       BIGINT NOT NULL,
  entry_id TEXT COLLATE "C" NOT NULL,
  op       TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (term, at, entry_id)
);

-- Nothing is changed or removed.
-- +goose StatementBegin
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the trail is only added to';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_unemptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_leaf_unchanged BEFORE UPDATE OR DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_leaf_unemptied BEFORE TRUNCATE ON audit_leaf FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_hash_unchanged BEFORE UPDATE OR DELETE ON audit_hash FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_hash_unemptied BEFORE TRUNCATE ON audit_hash FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_checkpoint_unchanged BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoint_unemptied BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_lookup_unchanged BEFORE UPDATE OR DELETE ON audit_lookup FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_lookup_unemptied BEFORE TRUNCATE ON audit_lookup FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_queue_unchanged BEFORE UPDATE ON audit_queue FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_queue_unemptied BEFORE TRUNCATE ON audit_queue FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_undeleted BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_unemptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
