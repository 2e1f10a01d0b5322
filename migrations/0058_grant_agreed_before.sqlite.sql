-- +goose Up

-- Grants that were there before 0046 know nothing of who had agreed to them. Of those that went on from others these are the agencies that gave
-- the ones before; of those that came of a request, and of what went on from them, the agencies that signed it. Without them the grantee lost
-- what these mark for named recipients only, once somebody else had renewed its access. An agency that stands twice counts once.
UPDATE file_grant
SET agreed = agreed || COALESCE((
  WITH RECURSIVE line (id, renewed_from, givers) AS (
    SELECT g.id, g.renewed_from, ''
    FROM file_grant g
    WHERE g.id = file_grant.id
    UNION ALL
    SELECT o.id, o.renewed_from, l.givers || o.granted_by_agency || ' '
    FROM line l
    JOIN file_grant o ON o.id = l.renewed_from AND o.file_id = file_grant.file_id AND o.grantee_id = file_grant.grantee_id)
  SELECT givers FROM line ORDER BY length(givers) DESC LIMIT 1), '')
WHERE state <> 'ended' AND renewed_from <> '';

UPDATE file_grant
SET agreed = agreed || COALESCE((
  WITH RECURSIVE line (id, renewed_from) AS (
    SELECT g.id, g.renewed_from
    FROM file_grant g
    WHERE g.id = file_grant.id
    UNION ALL
    SELECT o.id, o.renewed_from
    FROM line l
    JOIN file_grant o ON o.id = l.renewed_from AND o.file_id = file_grant.file_id AND o.grantee_id = file_grant.grantee_id)
  SELECT group_concat(s.agency_id, ' ') || ' '
  FROM line l
  JOIN request_signature s ON s.grant_id = l.id AND s.state = 'signed'), '')
WHERE state <> 'ended' AND (renewed_from <> '' OR id IN (SELECT grant_id FROM request_signature WHERE state = 'signed'));

-- What an instance that runs meanwhile remembers of who was granted what is asked for anew.
UPDATE file SET access = access + 1
WHERE id IN (SELECT file_id FROM file_grant WHERE state <> 'ended' AND agreed <> '');
