package casefile_test

import (
	"context"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// twoDesks is a police agency with somebody at each of two desks.
func twoDesks(t *testing.T, w *testkit.World) (first, second context.Context) {
	t.Helper()
	made, err := w.Agencies.Found(w.AsProgram(), agency.NewAgency{Code: "be.two", Country: "BE", Kind: authz.RolePolice, Name: "Politie Twee", Regime: "led",
		Desks: []agency.NewDesk{{Name: "Noord"}, {Name: "Zuid"}}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(email, desk string) context.Context {
		id, err := w.Agencies.Appoint(w.AsProgram(), made.ID, agency.NewWorker{Given: "Ada", Family: "Worker", Email: email, Language: "nl",
			Desks: []string{desk}, Hold: []string{made.Roles[agency.Caseworker]}})
		if err != nil {
			t.Fatal(err)
		}
		return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: id, AgencyID: made.ID, AAL: 2, SessionID: "test-session"}})
	}
	return at("north@example.org", made.Desks[0]), at("south@example.org", made.Desks[1])
}

// TestOpen_isForTheDeskAloneUnlessTheAgencyWasChosen: a colleague at another desk finds the file and its victims only where every desk was
// chosen, and nobody elsewhere ever; the line over who has access says as much.
func TestOpen_isForTheDeskAloneUnlessTheAgencyWasChosen(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		north, south := twoDesks(t, w)
		for level, want := range map[casefile.Level]sharing.Level{"": sharing.PointerOnly, casefile.OwnDesk: sharing.PointerOnly,
			casefile.Others: sharing.PointerOnly, casefile.OwnAgency: sharing.MyAgency} {
			id, err := w.Cases.Open(north, casefile.New{Facts: testkit.Site, Level: level}, "")
			if err != nil {
				t.Fatal(err)
			}
			victimID, err := w.Victims.Open(north, id, victim.New{DetectedOn: "2026-02-26"}, "")
			if err != nil {
				t.Fatal(err)
			}
			for who, as := range map[string]context.Context{"south": south, "rsz": w.As("rsz"), "payoke": w.As("payoke")} {
				_, err := w.Cases.Show(as, id)
				_, also := w.Victims.Show(as, victimID)
				sees := who == "south" && level == casefile.OwnAgency
				if (err == nil) != sees || (also == nil) != sees || !sees && fault.KindOf(err) != fault.NotFound {
					t.Errorf("%q: %s gets %v and %v", level, who, err, also)
				}
			}
			view, err := w.Sharing.Access(north, victimID)
			if err != nil || view.Reach.Level != want {
				t.Errorf("%q reads as %q (%v)", level, view.Reach.Level, err)
			}
		}
		if _, err := w.Cases.Open(north, casefile.New{Facts: testkit.Site, Level: "everyone"}, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("for everyone: %v", err)
		}
	})
}

// TestReach_namesTheAgencies: as soon as another agency sees the file, all are named; the file of an agency that takes part in no pointers
// is at its desk alone before.
func TestReach_namesTheAgencies(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", id, section.Values{"family_name": "Nguyen"})
		reach := func(who string) sharing.Reach {
			t.Helper()
			view, err := w.Sharing.Access(w.As(who), victimID)
			if err != nil {
				t.Fatal(err)
			}
			return view.Reach
		}
		if r := reach("rsz"); r.Level != sharing.MyDesk {
			t.Errorf("alone: %+v", r)
		}
		w.AddToTeam("rsz", id, "be.payoke")
		for _, who := range []string{"rsz", "payoke"} {
			if r := reach(who); r.Level != sharing.TheseAgencies || len(r.Agencies) != 2 {
				t.Errorf("%s reads %+v", who, r)
			}
		}
	})
}
