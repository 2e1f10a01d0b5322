package bench

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/moment"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// fillResting writes grants that rest on a consent, each to a desk of its own turn.
const fillResting = `WITH RECURSIVE n(i) AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(:grants AS INTEGER)),
d(k, id, agency_id) AS (SELECT ROW_NUMBER() OVER (ORDER BY id) - 1, id, agency_id FROM desk WHERE agency_id <> :agency)
INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations, sections, purpose, basis,
  root_id, granted_by, granted_by_agency, from_at, until_at, sort_at, consent_id)
SELECT CAST(:consent AS TEXT) || '-' || CAST(i + 1000000 AS TEXT), :file, 'victim', 'desk', d.id, d.agency_id, 'live', 0, :relations, :sections, 'protection', 'consent',
  CAST(:consent AS TEXT) || '-' || CAST(i + 1000000 AS TEXT), :worker, :agency, :now, :until, :now, :consent
FROM n
JOIN d ON d.k = n.i % (SELECT COUNT(*) FROM d)`

// BenchmarkWithdrawal is the withdrawal of a consent on which one grant rests, which is the reference, and of one on which a
// thousand rest: they end in the transaction of the withdrawal, and every desk that had one is told.
func BenchmarkWithdrawal(b *testing.B) {
	houses, cases := map[string]*house{}, map[string]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		h := open(b, engine)
		caseID, err := h.Cases.Open(h.world.As("rsz"), casefile.New{Facts: testkit.Site}, "")
		must(b, err)
		houses[engine], cases[engine] = h, caseID
	}
	for _, grants := range []int{1, 1000} {
		for _, engine := range []string{"sqlite", "postgres"} {
			b.Run(fmt.Sprintf("grants=%d/%s", grants, engine), func(b *testing.B) {
				h := houses[engine]
				by := h.world.As("rsz")
				victims, consents := make([]string, b.N), make([]string, b.N)
				for i := range b.N {
					victims[i], consents[i] = h.resting(b, by, cases[engine], grants)
				}
				before := used()
				b.ResetTimer()
				for i := range b.N {
					_, err := h.Consents.Withdraw(by, victims[i], consents[i], 1, "spoken", "")
					must(b, err)
				}
				b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// resting opens a victim file with a consent on which so many grants rest.
func (h *house) resting(b *testing.B, by context.Context, caseID string, grants int) (victimID, consentID string) {
	b.Helper()
	now := moment.Now()
	today := moment.DayOf(now)
	victimID, err := h.Victims.Open(by, caseID, victim.New{DetectedOn: today}, "")
	must(b, err)
	consentID, err = h.Consents.Record(by, victimID, consent.New{Sections: []string{"identity"}, Purposes: []string{"protection"},
		Recipients: []consent.Recipient{{AgencyID: h.world.Place("be.payoke").ID}}, AskedOn: today, Until: today.AddDays(60), How: "written",
		Language: "en", Explained: consent.Explanations()}, "")
	must(b, err)
	must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(fillResting, database.Args{"grants": grants, "consent": consentID, "file": victimID,
			"agency": h.world.Person("rsz").AgencyID, "worker": h.world.Person("rsz").ID, "now": now, "until": now.Add(30 * 24 * time.Hour),
			"relations": int64(authz.RelationsOf(authz.RelationTeam)), "sections": int64(authz.SectionsOf(authz.Identity))})
		return err
	}))
	return victimID, consentID
}

// used is the processor time of this process until now: on a machine that others use it says more than the clock on the wall.
func used() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
