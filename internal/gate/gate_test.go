package gate_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

var (
	lookAction  = gate.OnFile("test.look")
	writeAction = gate.OnFile("test.write")
	ownAction   = gate.ByAnyone("test.own")
	adminAction = gate.OnOwn("test.admin", authz.People, authz.Manage).SteppedUp()
	jobAction   = gate.ByProgram("test.job")
)

func consult(*gate.Tx) (audit.Event, error) { return audit.Event{Op: audit.Consult}, nil }

func TestRead_givesAStrangerTheSameAnswerAsForNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		for _, stranger := range []string{"fgp.other", "rsz.other", "cosm", "avim", "spj", "payoke.admin", "rsz.auditor"} {
			foreign := w.Gate.Read(w.As(stranger), lookAction, gate.File(gate.Case, caseID), consult)
			absent := w.Gate.Read(w.As(stranger), lookAction, gate.File(gate.Case, gate.NewID()), consult)
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
				t.Errorf("%s: foreign %v, absent %v", stranger, foreign, absent)
			}
		}
		asVictim := w.Gate.Read(w.As("rsz"), lookAction, gate.File(gate.Victim, caseID), consult)
		if !errors.Is(asVictim, fault.NotFound) {
			t.Errorf("a case file was opened as a victim file: %v", asVictim)
		}
	})
}

func TestAdmit_refusesWhoIsNobody(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	file := gate.File(gate.Case, caseID)
	weak := gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: w.Person("rsz").ID, AgencyID: w.Person("rsz").AgencyID, AAL: 1}})
	for name, ctx := range map[string]context.Context{
		"no caller":             context.Background(),
		"an empty actor":        gate.WithCaller(context.Background(), gate.Caller{}),
		"without second factor": weak,
		"the program":           w.AsProgram(),
	} {
		if err := w.Gate.Read(ctx, lookAction, file, consult); !errors.Is(err, fault.Unauthenticated) {
			t.Errorf("%s got %v", name, err)
		}
	}
	if err := w.Gate.Write(w.As("rsz"), jobAction, gate.Own(), consult); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("a person did the program's work: %v", err)
	}
	if err := w.Gate.Read(w.As("rsz"), gate.Action{}, file, consult); err == nil {
		t.Error("an action that nobody declared went through")
	}
}

func TestSteppedUp_asksForTheSecondFactorAgain(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	ctx := w.As("payoke.admin")
	if err := w.Gate.Write(ctx, adminAction, gate.Own(), consult); err != nil {
		t.Fatalf("just after: %v", err)
	}
	w.Advance(11 * time.Minute)
	if err := w.Gate.Write(ctx, adminAction, gate.Own(), consult); !errors.Is(err, fault.Refused) {
		t.Fatalf("eleven minutes after: %v", err)
	}
	if err := w.Gate.Write(w.As("payoke"), adminAction, gate.Own(), consult); !errors.Is(err, fault.NotFound) {
		t.Fatalf("a caseworker: %v", err)
	}
}

func TestWrite_withoutAnEventChangesNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		err := w.Gate.Write(w.As("rsz"), writeAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{}, tx.Changed()
		})
		if !errors.Is(err, fault.Internal) {
			t.Fatalf("got %v", err)
		}
		_ = w.Gate.Read(w.As("rsz"), lookAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
			if tx.File().Version != 1 {
				t.Errorf("the change stayed: version %d", tx.File().Version)
			}
			return consult(tx)
		})
	})
}

// TestRead_showsNothingWhenTheTrailCannotBeWritten breaks the trail's table and then looks.
func TestRead_showsNothingWhenTheTrailCannotBeWritten(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		rename(t, w, "audit_queue", "audit_queue_away")
		defer rename(t, w, "audit_queue_away", "audit_queue")
		beside(t, w, "ALTER TABLE audit_look RENAME TO audit_look_away")
		defer beside(t, w, "ALTER TABLE audit_look_away RENAME TO audit_look")
		file := gate.File(gate.Case, caseID)
		if err := w.Gate.Read(w.As("rsz"), lookAction, file, consult); !errors.Is(err, fault.Unavailable) {
			t.Errorf("a read answered %v", err)
		}
		if err := w.Gate.Write(w.As("rsz"), writeAction, file, func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{Op: audit.Alter}, tx.Changed()
		}); err == nil {
			t.Error("a write went through without its entry")
		}
		if err := w.Gate.Read(w.As("avim"), lookAction, file, consult); !errors.Is(err, fault.Unavailable) {
			t.Errorf("a refusal that could not be recorded answered %v", err)
		}
	})
}

// beside runs a statement on the file in which entries of looks wait; on PostgreSQL there is none.
func beside(t *testing.T, w *testkit.World, statement string) {
	t.Helper()
	looks, err := database.OpenBeside(t.Context(), w.URL, "looks", statement)
	if err == nil && looks != nil {
		err = looks.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, w *testkit.World, from, to string) {
	t.Helper()
	err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("ALTER TABLE "+from+" RENAME TO "+to, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRights_endWithTheRoleAtTheNextLook(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		ctx := w.As("rsz.second")
		if err := w.Gate.Read(ctx, lookAction, gate.File(gate.Case, caseID), consult); err != nil {
			t.Fatalf("a colleague of the same desk: %v", err)
		}
		if err := w.Agencies.Retire(w.AsProgram(), w.Person("rsz.second").AgencyID, w.Person("rsz.second").ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Gate.Read(ctx, lookAction, gate.File(gate.Case, caseID), consult); !errors.Is(err, fault.Unauthenticated) {
			t.Fatalf("after leaving: %v", err)
		}
	})
}

func TestGrant_alwaysEndsAndAlwaysHasAGrantee(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	good := gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place("be.fgp").Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
		Sections: authz.FileSections(), Purpose: "investigation", Basis: "legal_task", Until: w.Now().Add(gate.DefaultGrant)}
	for name, spoil := range map[string]func(*gate.NewGrant){
		"no end":            func(n *gate.NewGrant) { n.Until = 0 },
		"an end behind us":  func(n *gate.NewGrant) { n.Until = w.Now() - 1 },
		"an end too far":    func(n *gate.NewGrant) { n.Until = w.Now().Add(gate.LongestGrant + time.Second) },
		"nobody":            func(n *gate.NewGrant) { n.GranteeID = "" },
		"an unknown desk":   func(n *gate.NewGrant) { n.GranteeID = gate.NewID() },
		"an unknown kind":   func(n *gate.NewGrant) { n.GranteeKind = "everybody" },
		"no section":        func(n *gate.NewGrant) { n.Sections = 0 },
		"no relation":       func(n *gate.NewGrant) { n.Relations = 0 },
		"an unknown reason": func(n *gate.NewGrant) { n.Purpose = "curiosity" },
		"an unknown basis":  func(n *gate.NewGrant) { n.Basis = "because" },
	} {
		bad := good
		spoil(&bad)
		err := w.Gate.Write(w.As("rsz"), writeAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
			_, err := tx.Grant(bad)
			return audit.Event{Op: audit.Disclose}, err
		})
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Gate.Read(w.As("fgp"), lookAction, gate.File(gate.Case, caseID), consult); !errors.Is(err, fault.NotFound) {
		t.Errorf("a refused grant let somebody in: %v", err)
	}
}

func TestGrant_endsByItself(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		share(t, w, caseID, "be.fgp", 10*24*time.Hour)
		if err := w.Gate.Read(w.As("fgp"), lookAction, gate.File(gate.Case, caseID), consult); err != nil {
			t.Fatalf("within its time: %v", err)
		}
		w.Advance(10*24*time.Hour - time.Microsecond)
		if err := w.Gate.Read(w.As("fgp"), lookAction, gate.File(gate.Case, caseID), consult); err != nil {
			t.Fatalf("at its last instant: %v", err)
		}
		w.Advance(time.Microsecond)
		if err := w.Gate.Read(w.As("fgp"), lookAction, gate.File(gate.Case, caseID), consult); !errors.Is(err, fault.NotFound) {
			t.Fatalf("at its end: %v", err)
		}
	})
}

func share(t *testing.T, w *testkit.World, caseID, agency string, holds time.Duration) {
	t.Helper()
	err := w.Gate.Write(w.As("rsz"), writeAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		_, err := tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: w.Place(agency).Desks[0], Relations: authz.RelationsOf(authz.RelationTeam),
			Sections: authz.FileSections(), Purpose: "investigation", Basis: "legal_task", Until: tx.Now().Add(holds)})
		return audit.Event{Op: audit.Disclose}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnce_makesACreationOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		made := 0
		once := func(who, key, content string) (id string, err error) {
			err = w.Gate.Write(w.As(who), ownAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
				id, _, err = tx.Once(key, content, func() (string, error) { made++; return gate.NewID(), nil })
				return audit.Event{Op: audit.Collect}, err
			})
			return id, err
		}
		first, err := once("rsz", "key-one", "content")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := once("rsz", "key-one", "content"); err != nil || again != first || made != 1 {
			t.Errorf("again: %s instead of %s, made %d, %v", again, first, made, err)
		}
		if _, err := once("rsz", "key-one", "other"); !errors.Is(err, fault.Conflict) {
			t.Errorf("other content under the same key: %v", err)
		}
		if other, err := once("fgp", "key-one", "content"); err != nil || other == first {
			t.Errorf("somebody else's key: %s, %v", other, err)
		}
	})
}

func TestScope_cannotBeSetByAStatement(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	err := w.Gate.Read(w.As("rsz"), ownAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		var n int
		return audit.Event{Op: audit.Consult}, tx.Get(&n, `SELECT 1 WHERE :agency_id = :agency_id`, gate.Args{"agency_id": "another"})
	})
	if err == nil {
		t.Fatal("a statement chose its own scope")
	}
}
