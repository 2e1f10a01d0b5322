-- +goose Up

-- One open offer of a file to a desk for each agency that makes one: that another has made one is not for it to know, and does not hold up
-- its own.
DROP INDEX referral_open;
CREATE UNIQUE INDEX referral_open ON referral (file_id, to_desk_id, from_agency_id) WHERE state = 'offered';
