package track_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestMove_isForTheUnitThatTheLawNames: in Luxembourg the judicial police identify. Other police of the country take every other step of
// theirs; once an administrator says that their desk is of the unit they identify, and no longer when that is taken back.
func TestMove_isForTheUnitThatTheLawNames(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		made, err := w.Agencies.Found(w.AsProgram(), agency.NewAgency{Code: "lu.region", Country: "LU", Kind: authz.RolePolice, Name: "Police, Région Sud-Ouest",
			Regime: "led", Desks: []agency.NewDesk{{Name: "Commissariat", Intake: true}}})
		if err != nil {
			t.Fatal(err)
		}
		as := func(email, role string, desks []string) context.Context {
			id, err := w.Agencies.Appoint(w.AsProgram(), made.ID, agency.NewWorker{Given: "Jo", Family: "Weber", Email: email, Language: "fr", Desks: desks, Hold: []string{made.Roles[role]}})
			if err != nil {
				t.Fatal(err)
			}
			return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: id, AgencyID: made.ID, AAL: 2, SessionID: "s"}, SteppedAt: w.Now(), TraceID: "t"})
		}
		local, admin := as("jo@example.org", agency.Caseworker, made.Desks), as("chef@example.org", agency.Administrator, nil)
		caseID := w.OpenCase("spj")
		if _, err := w.Sharing.Add(w.As("spj"), caseID, sharing.NewMember{DeskID: made.Desks[0], Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""); err != nil {
			t.Fatal(err)
		}
		id := w.OpenVictim("spj", caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06"})
		version := int64(1)
		move := func(ctx context.Context, to, document string) error {
			_, err := w.Tracks.Move(ctx, id, track.New{Track: "criminal", To: to, On: w.Today(), Document: document}, version, "")
			if err == nil {
				version++
			}
			return err
		}
		if err := move(local, "reported", "PV 1"); err != nil {
			t.Fatalf("what all police do: %v", err)
		}
		refused := func(when string) {
			t.Helper()
			if _, key, _ := field(move(local, "identified", "")); key != "track.not_decider" {
				t.Errorf("%s: the local police identify: %s", when, key)
			}
		}
		refused("before")
		if err := move(w.As("spj"), "identified", ""); err != nil {
			t.Fatalf("the judicial police: %v", err)
		}
		if err := move(w.As("spj"), "not_identified", ""); err != nil {
			t.Fatal(err)
		}
		for claim, c := range map[string]struct {
			ctx     context.Context
			desk    string
			unit    string
			version int64
			kind    fault.Kind
		}{
			"who does not administer":       {local, made.Desks[0], "judicial_police", 1, fault.NotFound},
			"another agency's desk":         {admin, w.Place("lu.police").Desks[0], "", 1, fault.NotFound},
			"a unit that no law names":      {admin, made.Desks[0], "SECRET", 1, fault.Invalid},
			"an older page":                 {admin, made.Desks[0], "judicial_police", 7, fault.Conflict},
			"a shelter's administrator":     {w.As("payoke.admin"), w.Place("be.payoke").Desks[0], "judicial_police", 1, fault.Invalid},
			"a shelter's of another agency": {w.As("payoke.admin"), made.Desks[0], "", 1, fault.NotFound},
		} {
			if _, err := w.Agencies.SetUnit(c.ctx, c.desk, c.unit, c.version); fault.KindOf(err) != c.kind {
				t.Errorf("%s: %v", claim, err)
			}
		}
		refused("after refusals")
		missing := func(ctx context.Context, want ...string) {
			t.Helper()
			day, err := w.Worklist.Show(ctx)
			if err != nil || !slices.Equal(day.Missing, want) {
				t.Errorf("my day says that %q are missing, not %q: %v", day.Missing, want, err)
			}
		}
		missing(admin, "judicial_police") // until a desk is marked, nobody here identifies anybody
		missing(local)
		missing(w.As("payoke.admin"))
		set, err := w.Agencies.SetUnit(admin, made.Desks[0], "judicial_police", 1)
		if err != nil || set.Version != 2 {
			t.Fatalf("%+v, %v", set, err)
		}
		missing(admin)
		if err := move(local, "identified", ""); err != nil {
			t.Errorf("once the desk is of the unit: %v", err)
		}
		if _, err := w.Agencies.SetUnit(admin, made.Desks[0], "", 2); err != nil {
			t.Fatal(err)
		}
		if _, key, _ := field(move(local, "not_identified", "")); key != "track.not_decider" {
			t.Errorf("once it is not any more: %s", key)
		}
		if units, err := w.Agencies.Units(w.As("payoke.admin")); err != nil || len(units.Offered) != 0 || len(units.Desks) != 1 {
			t.Errorf("a shelter is offered %+v, %v", units, err)
		}
		_, err = w.Agencies.Found(w.AsProgram(), agency.NewAgency{Code: "be.x", Country: "BE", Kind: authz.RoleShelter, Name: "X", Regime: "gdpr",
			Desks: []agency.NewDesk{{Name: "X", Unit: "judicial_police"}}})
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("a shelter founded as judicial police: %v", err)
		}
	})
}
