package gate_test

import (
	"errors"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// change runs fn on a file as somebody who sees it.
func change(t *testing.T, w *testkit.World, key string, target gate.Target, fn func(tx *gate.Tx) error) error {
	t.Helper()
	return w.Gate.Write(w.As(key), writeAction, target, func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter}, fn(tx)
	})
}

func sees(w *testkit.World, key string, kind gate.Kind, id string) error {
	return w.Gate.Read(w.As(key), lookAction, gate.File(kind, id), consult)
}

// TestExclude_beatsEveryGrant and answers the excluded person as if nothing were there.
func TestExclude_beatsEveryGrant(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		before := w.OpenVictim("rsz", caseID, nil)
		second := w.Person("rsz.second")
		id := gate.NewID()
		if err := change(t, w, "rsz", gate.File(gate.Case, caseID), func(tx *gate.Tx) error {
			return tx.Exclude(gate.Exclusion{ID: id, WorkerID: second.ID, WorkerAgencyID: second.AgencyID, Reason: "related"})
		}); err != nil {
			t.Fatal(err)
		}
		after := w.OpenVictim("rsz", caseID, nil)
		if err := change(t, w, "rsz", gate.File(gate.Case, caseID), func(tx *gate.Tx) error {
			_, err := tx.Grant(gate.NewGrant{GranteeKind: "worker", GranteeID: second.ID, Relations: authz.RelationsOf(authz.RelationTeam),
				Sections: authz.FileSections(), Purpose: "investigation", Basis: "legal_task", Emergency: true, Until: tx.Now().Add(gate.DefaultGrant)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		absent := sees(w, "rsz.second", gate.Case, gate.NewID())
		for name, foreign := range map[string]error{"case": sees(w, "rsz.second", gate.Case, caseID),
			"its victim": sees(w, "rsz.second", gate.Victim, before), "its later victim": sees(w, "rsz.second", gate.Victim, after)} {
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
				t.Errorf("%s: %v, want %v", name, foreign, absent)
			}
		}
		if err := sees(w, "rsz", gate.Case, caseID); err != nil {
			t.Errorf("a colleague who is not excluded: %v", err)
		}
		if err := change(t, w, "rsz", gate.File(gate.Case, caseID), func(tx *gate.Tx) error { return tx.EndExclusion(id) }); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{sees(w, "rsz.second", gate.Case, caseID), sees(w, "rsz.second", gate.Victim, before), sees(w, "rsz.second", gate.Victim, after)} {
			if err != nil {
				t.Errorf("after the exclusion ended: %v", err)
			}
		}
	})
}

// TestSealFile_hidesFromEverybodyUntilTheOrderIsShown: the order opens it to one person for a while, and nobody has to read it
// to unseal it.
func TestSealFile_hidesFromEverybodyUntilTheOrderIsShown(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		var sealID, reference string
		if err := change(t, w, "rsz", gate.File(gate.Case, caseID), func(tx *gate.Tx) (err error) {
			reference = tx.File().Reference
			sealID, err = tx.SealFile("2026/14")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := sees(w, "rsz", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Fatalf("sealed: %v", err)
		}
		open := func(key, order, as string) (opened bool, err error) {
			err = change(t, w, key, gate.Sealed(as), func(tx *gate.Tx) (err error) {
				if len(tx.Grants()) != 0 || tx.Decide(authz.Labour, authz.Read).Allowed() || tx.Decide(authz.Labour, authz.Write).Allowed() {
					t.Error("finding a sealed file opens something of it")
				}
				_, opened, err = tx.OpenSeal(order, tx.Now().Add(8*time.Hour))
				return err
			})
			return opened, err
		}
		for name, as := range map[string][2]string{"a stranger": {"fgp", reference}, "a foreign reference": {"rsz", "C-AAAA-AAAA"}} {
			if _, err := open(as[0], "2026/14", as[1]); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s found it: %v", name, err)
			}
		}
		if opened, err := open("rsz", "2026/15", reference); opened || err != nil {
			t.Errorf("opened with another order: %v", err)
		}
		if err := sees(w, "rsz", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a miss opened it: %v", err)
		}
		if opened, err := open("rsz", "2026/14", reference); !opened || err != nil {
			t.Fatalf("not opened: %v", err)
		}
		if err := sees(w, "rsz", gate.Case, caseID); err != nil {
			t.Errorf("opened: %v", err)
		}
		if err := sees(w, "rsz.second", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Errorf("opened to a colleague too: %v", err)
		}
		for range 5 {
			if opened, _ := open("rsz.second", "2026/15", reference); opened {
				t.Error("opened with another order")
			}
		}
		if opened, _ := open("rsz.second", "2026/14", reference); opened {
			t.Error("opened after five misses")
		}
		share(t, w, caseID, "be.fgp", time.Hour*24)
		if err := sees(w, "fgp", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Errorf("granted under the seal: %v", err)
		}
		w.Advance(8 * time.Hour)
		if err := sees(w, "rsz", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Errorf("eight hours later: %v", err)
		}
		if err := w.Gate.Write(w.As("rsz.second"), ownAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{Op: audit.Alter}, tx.UnsealFile(sealID, 1, nil)
		}); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"rsz", "rsz.second", "fgp"} {
			if err := sees(w, key, gate.Case, caseID); err != nil {
				t.Errorf("unsealed, %s: %v", key, err)
			}
		}
	})
}

// TestEmergencyGrant_opensTheSafeHouse: nothing else but an emergency lets the police know where somebody lives.
func TestEmergencyGrant_opensTheSafeHouse(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
		grant := func(emergency bool) {
			t.Helper()
			if err := change(t, w, "rsz", gate.File(gate.Victim, victimID), func(tx *gate.Tx) error {
				_, err := tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place("be.fgp").Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
					Sections: authz.FileSections(), Purpose: "protection", Basis: "vital_interest", Emergency: emergency, Until: tx.Now().Add(24 * time.Hour)})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		shelterOpen := func() (open bool) {
			t.Helper()
			if err := w.Gate.Read(w.As("fgp"), lookAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
				open = tx.Decide(authz.ShelterLocation, authz.Read).Allowed()
				return consult(tx)
			}); err != nil {
				t.Fatal(err)
			}
			return open
		}
		if grant(false); shelterOpen() {
			t.Error("open without an emergency")
		}
		if grant(true); !shelterOpen() {
			t.Error("closed in an emergency")
		}
	})
}

// TestStartGrant_makesAProposalLiveOnce and a proposal opens nothing before.
func TestStartGrant_makesAProposalLiveOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		var id string
		file := gate.File(gate.Case, caseID)
		if err := change(t, w, "rsz", file, func(tx *gate.Tx) (err error) {
			id, err = tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place("be.fgp").Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
				Sections: authz.FileSections(), Purpose: "investigation", Basis: "legal_task", Proposed: true, Until: tx.Now().Add(24 * time.Hour)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := sees(w, "fgp", gate.Case, caseID); !errors.Is(err, fault.NotFound) {
			t.Fatalf("proposed: %v", err)
		}
		start := func() error {
			return change(t, w, "rsz", file, func(tx *gate.Tx) error { return tx.StartGrant(id, "proposed") })
		}
		if err := start(); err != nil {
			t.Fatal(err)
		}
		if err := sees(w, "fgp", gate.Case, caseID); err != nil {
			t.Errorf("started: %v", err)
		}
		if err := start(); !errors.Is(err, fault.Conflict) {
			t.Errorf("started twice: %v", err)
		}
	})
}
