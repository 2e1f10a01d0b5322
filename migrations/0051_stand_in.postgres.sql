-- +goose Up

-- When whoever stands in for a desk's lead was told that an offer, or a request, waits beyond its time. What was told before went to all
-- who could stand in.
ALTER TABLE referral ADD COLUMN stand_in_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_request ADD COLUMN stand_in_at BIGINT NOT NULL DEFAULT 0;
UPDATE referral SET stand_in_at = escalated_at WHERE escalated_at > 0;
UPDATE access_request SET stand_in_at = escalated_at WHERE escalated_at > 0;
CREATE INDEX referral_stand_in ON referral (escalated_at) WHERE state = 'offered' AND escalated_at > 0 AND stand_in_at = 0;
CREATE INDEX access_request_stand_in ON access_request (escalated_at) WHERE state = 'asked' AND escalated_at > 0 AND stand_in_at = 0;
