package gate

// Reached is true of a grant (g) that has left whoever gives it: nobody still has to sign it, nobody has held it back, and it did not end
// by another road before the last signature. Whatever became of it since, whom it was for may know of it; of any other they may not.
const Reached = `g.state <> 'proposed' AND g.end_reason NOT IN ('refused', 'lapsed')
  AND NOT EXISTS (SELECT 1 FROM approval w WHERE w.id = g.id AND w.state <> 'approved')
  AND NOT EXISTS (SELECT 1 FROM request_signature q WHERE q.grant_id = g.id AND q.state IN ('open', 'void'))`

// WasAccess is true of a grant (g) by which somebody has or had a file: it reached them, and where it was an offer they took it. An offer of
// a lead that nobody took ends for one of the reasons named here; a referral may end with its consent or the childhood of the person.
const WasAccess = `g.state IN ('live', 'sealed', 'ended') AND ` + Reached + `
  AND g.end_reason NOT IN ('declined', 'withdrawn', 'expired')
  AND NOT EXISTS (SELECT 1 FROM referral u WHERE u.id = g.id AND u.state NOT IN ('accepted', 'completed'))`
