-- +goose Up

-- What is found under a term is kept in segments: the lines "at id op decision" of one round of numbering, the oldest first, filed
-- under the newest. A busy second costs few rows. What was found before becomes segments of one line each; entries from before
-- "opened/" was a term are found under it now too.
DROP TRIGGER audit_lookup_unchanged ON audit_lookup;
DROP TRIGGER audit_lookup_unemptied ON audit_lookup;
ALTER TABLE audit_lookup DROP CONSTRAINT audit_lookup_pkey;
ALTER TABLE audit_lookup RENAME TO audit_lookup_line;
CREATE TABLE audit_lookup (
  term  TEXT COLLATE "C" NOT NULL,
  at    BIGINT NOT NULL,
  id    TEXT COLLATE "C" NOT NULL,
  lines TEXT NOT NULL CHECK (length(lines) > 0),
  PRIMARY KEY (term, at, id)
);
INSERT INTO audit_lookup (term, at, id, lines)
SELECT w.term, w.at, w.entry_id, CAST(w.at AS TEXT) || ' ' || w.entry_id || ' ' || w.op || ' ' || w.decision || chr(10)
FROM (
  SELECT term, at, entry_id, op, decision FROM audit_lookup_line
  UNION
  SELECT 'opened/' || e.file_id || '/' || e.agency_id AS term, e.at, e.id AS entry_id, e.op, e.decision
  FROM audit_entry e
  JOIN audit_leaf l ON l.entry_id = e.id
  WHERE e.op = 'consult' AND e.decision = 'allow' AND e.file_id <> '' AND e.agency_id <> ''
  UNION
  SELECT 'opened/' || e.file_id || '/' || e.actor_id AS term, e.at, e.id AS entry_id, e.op, e.decision
  FROM audit_entry e
  JOIN audit_leaf l ON l.entry_id = e.id
  WHERE e.op = 'consult' AND e.decision = 'allow' AND e.file_id <> '' AND e.actor_id <> ''
) w;
DROP TABLE audit_lookup_line;

CREATE TRIGGER audit_lookup_unchanged BEFORE UPDATE OR DELETE ON audit_lookup FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_lookup_unemptied BEFORE TRUNCATE ON audit_lookup FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
