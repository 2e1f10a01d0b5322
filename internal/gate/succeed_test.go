package gate_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
	"relais/policies"
)

// TestSucceed_namesNothingOfWhatHangsOnTheRoot: a ceiling that was lowered since refuses a longer end of the root and names its section.
// What hangs on the root, which whoever renews may not know, goes on to its old end and is in no refusal.
func TestSucceed_namesNothingOfWhatHangsOnTheRoot(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		file := gate.File(gate.Victim, w.OpenVictim("rsz", w.OpenCase("rsz"), nil))
		began := w.Now()
		in := func(days int) gate.NewGrant {
			return gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place("be.payoke").Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
				Sections: authz.SectionsOf(authz.Identity), Purpose: "protection", Basis: "legal_task", Until: began.Add(time.Duration(days) * 24 * time.Hour)}
		}
		var root, beside string
		err := change(t, w, "rsz", file, func(tx *gate.Tx) (err error) {
			if root, err = tx.Grant(in(10)); err != nil {
				return err
			}
			n := in(80)
			n.Sections, n.Beside = authz.SectionsOf(authz.Health), root
			beside, err = tx.Grant(n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, line := range strings.Split(policies.Ceilings, "\n") {
			switch {
			case strings.HasPrefix(line, "shelter,health,"):
				line = "shelter,health,5,a later law"
			case strings.HasPrefix(line, "shelter,any,"):
				line = "shelter,any,40,a later law"
			}
			lines = append(lines, line)
		}
		lower, err := authz.ParseCeilings(strings.Join(lines, "\n"))
		if err != nil || lower.Over(authz.RoleShelter, authz.SectionsOf(authz.Health)).Days != 5 {
			t.Fatalf("the ceilings of the later law: %v", err)
		}
		w.Gate.SetCeilings(lower)
		renew := func(days int) error {
			return change(t, w, "rsz", file, func(tx *gate.Tx) error {
				_, err := tx.Succeed(gate.Succession{RootID: root, EndReason: "renewed", Follow: func(old *gate.HeldGrant, next gate.NewGrant) []gate.NewGrant {
					if old.ID == root {
						next.Until = in(days).Until
					}
					return []gate.NewGrant{next}
				}})
				return err
			})
		}
		if f, ok := fault.As(renew(60)); !ok || f.Kind != fault.Invalid || f.Fields[0].Key != "gate.ceiling.any" {
			t.Errorf("the root beyond its ceiling: %v", f)
		}
		if err := renew(30); err != nil {
			t.Fatalf("the root within its ceiling: %v", err)
		}
		var ends int64
		err = w.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Get(&ends, `SELECT until_at FROM file_grant WHERE renewed_from = :id AND state = 'live'`, database.Args{"id": beside})
		})
		if err != nil {
			t.Fatal(err)
		}
		if ends != int64(in(80).Until) {
			t.Errorf("what hung on it ends %d, and not %d", ends, in(80).Until)
		}
	})
}
