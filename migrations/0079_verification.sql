-- +goose Up

-- A verification of the trail has two entries now, that it began and what came of it; the day of an auditor shows the newest of an agency.
DROP INDEX audit_entry_verified;
CREATE INDEX audit_entry_verified ON audit_entry (agency_id, at) WHERE action IN ('log.verify', 'log.whole', 'log.faulty', 'log.broken_off');
