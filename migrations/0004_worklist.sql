-- +goose Up

-- What a person's desks lose soon, without walking through all that they hold.
CREATE INDEX file_grant_ending ON file_grant (grantee_id, state, until_at);

-- When an agency last had the log verified; the index holds these entries only.
CREATE INDEX audit_entry_verified ON audit_entry (agency_id, at) WHERE action = 'log.verify';
