package entry_test

import (
	"errors"
	"testing"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

var tip = section.Values{"information": "A van every Monday.", "source_evaluation": "B", "information_evaluation": "3", "handling_codes": "H0", "received_on": "2026-02-26"}

func with(values section.Values, pairs ...string) section.Values {
	out := section.Values{}
	for name, value := range values {
		out[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		if out[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(out, pairs[i])
		}
	}
	return out
}

func write(w *testkit.World, who string, kind gate.Kind, fileID string, id authz.Section, d entry.Draft) (string, error) {
	return w.Entries.Add(w.As(who), kind, fileID, id, d, "")
}

func TestIntelligence_isWrittenWithEvaluationAndHandling(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.AddToTeam("rsz", caseID, "be.fgp")
		for field, values := range map[string]section.Values{
			"source_evaluation":      with(tip, "source_evaluation", ""),
			"information_evaluation": with(tip, "information_evaluation", "5"),
			"handling_codes":         with(tip, "handling_codes", ""),
			"handling_note":          with(tip, "handling_codes", "H3"),
			"tlp":                    tip,
		} {
			d := testkit.Draft(values)
			if field == "tlp" {
				d.TLP = "red" // police data carry handling codes and no traffic light
			}
			_, err := write(w, "fgp", gate.Case, caseID, authz.Intelligence, d)
			f, _ := fault.As(err)
			if !errors.Is(err, fault.Invalid) || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := write(w, "fgp", gate.Case, caseID, authz.Intelligence, testkit.Draft(tip)); err != nil {
			t.Errorf("with all three: %v", err)
		}
	})
}

// TestHandling_keepsAnEntryWithItsOriginator: H2 keeps it from the prosecutor, H1 from the court, and the refusal names whom to ask.
func TestHandling_keepsAnEntryWithItsOriginator(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		for _, code := range []string{"be.fgp", "be.auditoraat", "be.court"} {
			w.AddToTeam("rsz", caseID, code)
		}
		if signed := w.SignAll("rsz.second"); signed != 2 {
			t.Fatalf("%d places wait for a second person, and not the prosecutor's and the court's", signed)
		}
		for _, c := range []struct {
			codes             string
			prosecutor, court bool
		}{{"H0", true, true}, {"H1", true, false}, {"H0;H2", false, true}, {"H1;H2", false, false}} {
			id, err := write(w, "fgp", gate.Case, caseID, authz.Intelligence, testkit.Draft(with(tip, "handling_codes", c.codes)))
			if err != nil {
				t.Fatal(err)
			}
			for who, opens := range map[string]bool{"fgp": true, "auditoraat": c.prosecutor, "court": c.court} {
				_, err := w.Entries.Show(w.As(who), id, "")
				if (err == nil) != opens {
					t.Errorf("%s at %s: %v", c.codes, who, err)
				}
				if f, ok := fault.As(err); ok && (f.Args["Reason"] != "need.originator" || f.Args["Who"] != "Federale gerechtelijke politie Antwerpen · Mensenhandel") {
					t.Errorf("%s does not learn whom to ask: %v %v", who, err, f.Args)
				}
			}
		}
		site := w.Serve(t)
		id, _ := write(w, "fgp", gate.Case, caseID, authz.Intelligence, testkit.Draft(with(tip, "handling_codes", "H2")))
		p := site.Key("auditoraat").Get("/api/v1/entries/"+id, "Accept-Language", "nl").Want(403).Problem()
		if p.NextStep != "Vraag toestemming aan Federale gerechtelijke politie Antwerpen · Mensenhandel." || p.ReasonID != "need.originator" {
			t.Errorf("%+v", p)
		}
	})
}

// TestTLP_goesNoFartherThanItSays: whoever received it cannot refer it or open it to one more desk; the originator can.
func TestTLP_goesNoFartherThanItSays(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for _, tlp := range append([]string{""}, gate.TLPs...) {
			stays := tlp == "red" || tlp == "amber" || tlp == "amber_strict"
			caseID := w.OpenCase("rsz")
			victimID := w.OpenVictim("rsz", caseID, nil)
			w.AddToTeam("rsz", caseID, "be.fgp")
			d := testkit.Draft(section.Values{"family_name": "Nguyen"})
			d.TLP = tlp
			id, err := write(w, "fgp", gate.Victim, victimID, authz.Identity, d)
			if err != nil {
				t.Fatal(err)
			}
			if view, err := w.Entries.Show(w.As("rsz"), id, ""); err != nil || gate.ParseMarking(view.Handling).TLP != tlp {
				t.Errorf("%s is shown as %q, %v", tlp, view.Handling, err)
			}
			refer := func(who string) error {
				_, err := w.Sharing.Refer(w.As(who), victimID, sharing.NewReferral{DeskID: w.Place("be.pagasa").Desks[0], Sections: []string{"identity"},
					Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, "")
				return err
			}
			err = refer("rsz")
			if f, _ := fault.As(err); stays != (err != nil) || stays && (f.Fields[0].Key != "sharing.kept" || f.Fields[0].Args["Who"] != "Federale gerechtelijke politie Antwerpen · Mensenhandel") {
				t.Errorf("%q handed on: %v", tlp, err)
			}
			_, err = w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.auditoraat").Desks[0],
				Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, "")
			if f, _ := fault.As(err); stays != (err != nil) || stays && (f.Fields[0].Key != "sharing.kept" || f.Fields[0].Args["Who"] != "Federale gerechtelijke politie Antwerpen · Mensenhandel") {
				t.Errorf("%q opened to one more desk of the team: %v", tlp, err)
			}
			if _, err := w.Cases.Show(w.As("auditoraat"), caseID); stays == (err == nil) {
				t.Errorf("%q: the desk that was to join reads the case: %v", tlp, err)
			}
			if stays {
				if err := refer("fgp"); err != nil {
					t.Errorf("%q by the originator: %v", tlp, err)
				}
			}
		}
	})
}

func TestTLP_takesPartInAConflict(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
		id, err := write(w, "rsz", gate.Victim, victimID, authz.Identity, testkit.Draft(section.Values{"family_name": "Nguyen"}))
		if err != nil {
			t.Fatal(err)
		}
		first, second := testkit.Draft(section.Values{"family_name": "Nguyen"}), testkit.Draft(section.Values{"family_name": "Nguyen"})
		first.TLP, second.TLP = "red", "green"
		if _, err := w.Entries.Change(w.As("rsz"), id, 1, first); err != nil {
			t.Fatal(err)
		}
		_, err = w.Entries.Change(w.As("rsz.second"), id, 1, second)
		f, _ := fault.As(err)
		c, ok := f.Detail.(entry.Conflict)
		if !errors.Is(err, fault.Conflict) || !ok || len(c.Fields) != 1 || c.Fields[0] != (entry.ConflictField{Name: "tlp", Mine: "green", Theirs: "red"}) {
			t.Errorf("%v: %+v", err, c)
		}
		bad := testkit.Draft(section.Values{"family_name": "Nguyen"})
		bad.TLP = "purple"
		if _, err := write(w, "rsz", gate.Victim, victimID, authz.Identity, bad); !errors.Is(err, fault.Invalid) {
			t.Errorf("an unknown light: %v", err)
		}
	})
}
