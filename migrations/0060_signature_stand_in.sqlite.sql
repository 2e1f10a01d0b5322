-- +goose Up

-- When an agency's supervisors were told that a signature is missing which nobody at its desks has given. What was told before went to
-- all of them at once.
ALTER TABLE approval ADD COLUMN stand_in_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request_signature ADD COLUMN stand_in_at INTEGER NOT NULL DEFAULT 0;
UPDATE approval SET stand_in_at = asked_at;
UPDATE request_signature SET stand_in_at = escalated_at WHERE escalated_at > 0;
CREATE INDEX approval_stand_in ON approval (asked_at) WHERE state = 'open' AND stand_in_at = 0;
CREATE INDEX request_signature_stand_in ON request_signature (escalated_at) WHERE state = 'open' AND escalated_at > 0 AND stand_in_at = 0;
