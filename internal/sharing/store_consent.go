package sharing

// settleOnConsent marks the offers whose grants a withdrawn consent has ended.
const settleOnConsent = `UPDATE referral
SET state = 'withdrawn', answered_at = :now, answered_by = :worker_id, version = version + 1
WHERE state = 'offered' AND grant_id IN (SELECT g.id FROM file_grant g WHERE g.consent_id = :consent AND g.consent_id <> '' AND g.state = 'ended')`
