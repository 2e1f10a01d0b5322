-- +goose Up

-- That two victims belong together: one row for the pair, seen from neither. It opens nothing. parent_id names the parent's file of a
-- parent and child. A link ends and stays.
CREATE TABLE victim_link (
  id         TEXT PRIMARY KEY,
  low_id     TEXT NOT NULL REFERENCES file (id),
  high_id    TEXT NOT NULL REFERENCES file (id),
  kind       TEXT NOT NULL CHECK (kind IN ('sibling', 'parent', 'partner', 'travelling')),
  parent_id  TEXT NOT NULL DEFAULT '' CHECK ((kind = 'parent') = (parent_id <> '') AND parent_id IN ('', low_id, high_id)),
  made_at    @int NOT NULL,
  made_by    TEXT NOT NULL,
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  ended_at   @int NOT NULL DEFAULT 0,
  ended_by   TEXT NOT NULL DEFAULT '',
  end_reason TEXT NOT NULL DEFAULT '' CHECK ((ended_at = 0) = (end_reason = '')),
  version    @int NOT NULL DEFAULT 1,
  CHECK (low_id < high_id)
) @strict;
-- Each kind once for a pair, even if two write it in the same instant.
CREATE UNIQUE INDEX victim_link_once ON victim_link (low_id, high_id, kind) WHERE ended_at = 0;
CREATE INDEX victim_link_other ON victim_link (high_id, id);

CREATE TRIGGER victim_link_no_delete BEFORE DELETE ON victim_link FOR EACH ROW EXECUTE FUNCTION relais_append_only();
