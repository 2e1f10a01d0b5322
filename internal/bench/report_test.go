package bench

import (
	"bytes"
	"context"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

const (
	referredID = `printf('01990000-0000-7000-8009-%012x', i)`

	// fillOffers are the grants behind the referrals of one quarter, one on each case, to desks of other agencies in turn.
	fillOffers = numbered + `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations,
  sections, purpose, basis, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at)
SELECT ` + referredID + `, ` + caseID + `, 'victim', 'desk', d.id, d.agency_id, 'live', 0, :relations, :sections, 'protection', 'legal_task',
  ` + referredID + `, :worker, :agency, :now, :until, :now
FROM n
JOIN (SELECT id, agency_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS at, COUNT(*) OVER () AS desks FROM desk WHERE agency_id <> :agency) d
  ON d.at = i % d.desks`

	// fillReferrals lets a tenth be declined, two tenths be completed and a tenth expire, each after its own time.
	fillReferrals = numbered + `INSERT INTO referral (id, file_id, grant_id, from_agency_id, from_worker_id, from_desk_id, to_agency_id, to_desk_id,
  kind, state, urgency, reason, offered_at, remind_at, due_at, answered_at, decline_reason, outcome, completed_at)
SELECT g.id, g.file_id, g.id, :agency, :worker, :desk, g.agency_id, g.grantee_id, 'assistance',
  CASE i % 10 WHEN 0 THEN 'declined' WHEN 1 THEN 'completed' WHEN 2 THEN 'completed' WHEN 3 THEN 'expired' ELSE 'accepted' END, 'normal', 'support',
  :since + i, :since + i, :since + i + 259200000000, CASE i % 10 WHEN 3 THEN 0 ELSE :since + i + (n.place + 1) * 1000000 END,
  CASE i % 10 WHEN 0 THEN 'no_capacity' ELSE '' END, CASE i % 10 WHEN 1 THEN 'accommodated' WHEN 2 THEN 'support' ELSE '' END,
  CASE WHEN i % 10 IN (1, 2) THEN :since + i + (2 * n.place + 2) * 1000000 ELSE 0 END
FROM n
JOIN file_grant g ON g.id = ` + referredID
)

// BenchmarkReport is the figures on all referrals that an agency has sent in one quarter, for who answers for its desks.
func BenchmarkReport(b *testing.B) {
	for _, size := range sizes {
		h := open(b, "sqlite")
		h.cases(b, size.cases)
		lead := h.world.Person("rsz")
		since := moment.Now()
		args := database.Args{"cases": size.cases, "scatter": scatter, "worker": lead.ID, "agency": lead.AgencyID, "desk": h.world.Place("be.rsz").Desks[0],
			"relations": int64(authz.RelationsOf(authz.RelationReferred)), "sections": int64(authz.SectionsOf(authz.Identity)), "now": since,
			"until": since.Add(gate.DefaultGrant), "since": since}
		for _, fill := range []string{fillOffers, fillReferrals} {
			must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(fill, args); return err }))
		}
		h.settle(b)
		reader := newBrowser(b, h.url, h.signIn(b, "rsz.head"))
		if pairs := bytes.Count(reader.body(b, "/api/v1/figures/referrals"), []byte(`"median"`)); pairs < 10 {
			b.Fatalf("%d medians", pairs)
		}
		b.Run(size.name, func(b *testing.B) { share(b, 1, func() error { return reader.get("/api/v1/figures/referrals") }) })
	}
}
