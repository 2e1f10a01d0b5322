package closing_test

import (
	"testing"

	"relais/internal/closing"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestClose_keepsWhatAnybodyWrote: a note that only its own agency reads, a consent and a step of a track are written too, and whoever wrote
// them keeps the file by its own rule; who only reads does not.
func TestClose_keepsWhatAnybodyWrote(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for what, c := range map[string]struct {
			write func(victimID string) error
			kept  string
		}{
			"nothing": {func(string) error { return nil }, "shelter_file 2036-03-02"},
			"a note": {func(victimID string) error {
				_, err := w.Journal.Write(w.As("spj"), gate.Victim, victimID, journal.New{Section: "identity", Visibility: journal.ForAgency, Text: "He called."}, "")
				return err
			}, "lu_police 2056-03-02"},
			"a consent": {func(victimID string) error {
				_, err := w.Consents.Record(w.As("spj"), victimID, consent.New{Sections: []string{"identity"},
					Recipients: []consent.Recipient{{AgencyID: w.Place("be.dvz").ID}}, Purposes: []string{"protection"}, AskedOn: "2026-03-02",
					Until: "2026-06-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "Lotte Vermoesen"}, "")
				return err
			}, "lu_police 2056-03-02"},
			"a step": {func(victimID string) error {
				return s2(w.Tracks.Move(w.As("spj"), victimID, track.New{Track: "protection", To: "not_victim", On: w.Today(), Confirmed: []string{"second_look"}}, 1, ""))
			}, "lu_police 2056-03-02"},
		} {
			caseID := w.OpenCase("payoke")
			w.AddToTeam("payoke", caseID, "lu.police")
			victimID := w.OpenVictim("payoke", caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-17"})
			if err := c.write(victimID); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if _, err := w.Tracks.Move(w.As("payoke"), victimID, track.New{Track: "protection", To: "deceased", On: w.Today()}, 2, ""); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if _, err := w.Closing.Close(w.As("payoke"), gate.Victim, victimID, helped, ""); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			v, err := w.Closing.Show(w.As("payoke"), gate.Victim, victimID)
			if err != nil || v.Closed() == nil {
				t.Fatalf("%s: %v", what, err)
			}
			if got := v.Closed().Rule + " " + string(moment.DayOf(v.Closed().DueAt)); got != c.kept {
				t.Errorf("%s: kept by %s, not %s", what, got, c.kept)
			}
		}
	})
}

// TestClass_isNotOfATraffickedPerson: a victim file is of no class before the person was found to be no victim, and a runaway is a child.
func TestClass_isNotOfATraffickedPerson(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		no := closing.New{Reason: "no_victim", Known: true}
		try := func(kind gate.Kind, fileID, class string) error {
			no.Class = class
			return s2(w.Closing.Close(w.As("spj"), kind, fileID, no, ""))
		}
		refused := func(what string, err error) {
			t.Helper()
			if f, _ := fault.As(err); fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "class" {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("a case that ran away", try(gate.Case, w.OpenCase("spj"), "runaway"))
		for born, runaway := range map[string]bool{"2012-05-17": true, "1990-05-17": false} {
			presumed := rest(t, w, born, "deceased")
			for _, class := range []string{"report", "contact", "runaway"} {
				refused(class+" of a presumed victim", try(gate.Victim, presumed, class))
			}
			if v, err := w.Closing.Show(w.As("spj"), gate.Victim, presumed); err != nil || len(v.Classes) != 0 {
				t.Errorf("of a presumed victim the form offers %q, %v", v.Classes, err)
			}
			none := rest(t, w, born, "not_victim")
			if !runaway {
				refused("a grown runaway", try(gate.Victim, none, "runaway"))
				if err := try(gate.Victim, none, "contact"); err != nil {
					t.Error(err)
				}
				continue
			}
			if err := try(gate.Victim, none, "runaway"); err != nil {
				t.Error(err)
			}
			if v, err := w.Closing.Show(w.As("spj"), gate.Victim, none); err != nil || v.Closed() == nil || moment.DayOf(v.Closed().DueAt) != "2040-12-31" {
				t.Errorf("where a shelter wrote, a runaway is kept as %+v, %v", v.Closures, err)
			}
		}
	})
}

func s2[T any](_ T, err error) error { return err }

// rest is a file of the police of Luxembourg with nothing left to settle: the person died, or is no victim and asks for no remedy, as somebody
// of a shelter wrote down.
func rest(t *testing.T, w *testkit.World, born, to string) (victimID string) {
	t.Helper()
	caseID := w.OpenCase("spj")
	w.AddToTeam("spj", caseID, "be.payoke")
	victimID = w.OpenVictim("spj", caseID, section.Values{"family_name": "Pham", "birth_date": born})
	move := func(who string, n track.New, version int64) {
		t.Helper()
		if n.On = w.Today(); s2(w.Tracks.Move(w.As(who), victimID, n, version, "")) != nil {
			t.Fatalf("%s does not move %s to %s", who, n.Track, n.To)
		}
	}
	if to == "not_victim" {
		move("spj", track.New{Track: "protection", To: to, Confirmed: []string{"second_look"}}, 2)
		move("payoke", track.New{Track: "remedy", To: "not_pursued", Confirmed: []string{"asked_the_person"}}, 1)
	} else {
		move("spj", track.New{Track: "protection", To: to}, 2)
	}
	v, err := w.Closing.Show(w.As("spj"), gate.Victim, victimID)
	for _, d := range v.Duties {
		if err == nil && d.Kind == closing.Task {
			err = w.Tasks.Finish(w.As("spj"), d.Link[len(d.Link)-36:], 1, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return victimID
}
