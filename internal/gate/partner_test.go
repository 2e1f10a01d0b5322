package gate_test

import (
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// setCeiling writes what the inspectorate lets shelters have, as its administrator does.
func setCeiling(t *testing.T, w *testkit.World, version int64, sections authz.SectionSet) {
	t.Helper()
	err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO partner_ceiling (agency_id, kind, version, sections, days, team_days, set_by, set_at)
VALUES (:agency, 'shelter', :version, :sections, 30, 30, :by, :at)`, database.Args{"agency": w.Place("be.rsz").ID, "version": version,
			"sections": int64(sections), "by": w.Person("rsz").ID, "at": w.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSignGrant_isHeldToTheCeilingOfTheDay: of what waits for a second person nothing was disclosed yet.
func TestSignGrant_isHeldToTheCeilingOfTheDay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		file := gate.File(gate.Victim, w.OpenVictim("rsz", w.OpenCase("rsz"), nil))
		propose := func() (id string) {
			t.Helper()
			if err := change(t, w, "rsz", file, func(tx *gate.Tx) (err error) {
				id, err = tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place("be.payoke").Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
					Sections: authz.SectionsOf(authz.Identity, authz.Health), Purpose: "protection", Basis: "legal_task", Proposed: true, Until: tx.Now().Add(24 * time.Hour)})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return id
		}
		id := propose()
		sign := func() error {
			return change(t, w, "rsz", file, func(tx *gate.Tx) error { return tx.SignGrant(id, "live") })
		}
		setCeiling(t, w, 1, authz.SectionsOf(authz.Identity))
		f, ok := fault.As(sign())
		if !ok || f.Kind != fault.Invalid || f.Fields[0].Key != "gate.partner.section" || f.Fields[0].Args["Section"] != authz.Health {
			t.Fatalf("signed above the ceiling: %v", f)
		}
		setCeiling(t, w, 2, authz.SectionsOf(authz.Identity, authz.Health))
		if err := sign(); err != nil {
			t.Errorf("within the ceiling: %v", err)
		}
	})
}

// TestPartnerCeiling_isNeverOverwritten by anybody who reaches the database.
func TestPartnerCeiling_isNeverOverwritten(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		setCeiling(t, w, 1, 0)
		for _, statement := range []string{`UPDATE partner_ceiling SET days = 366`, `DELETE FROM partner_ceiling`} {
			err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(statement, nil)
				return err
			})
			if err == nil {
				t.Errorf("done: %s", statement)
			}
		}
	})
}
