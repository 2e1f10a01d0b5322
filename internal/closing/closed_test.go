package closing_test

import (
	"testing"

	"relais/internal/clock"
	"relais/internal/consent"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/support"
	"relais/internal/task"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestClosed_takesNothingNewAndLetsThingsEnd: whatever slice it is in, what is new on a closed file is refused with the same reason
// and the same next step; what ends goes on.
func TestClosed_takesNothingNewAndLetsThingsEnd(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w, t: t, caseID: w.OpenCase("payoke")}
		member := w.AddToTeam("payoke", s.caseID, "be.fgp")
		w.AddToTeam("payoke", s.caseID, "be.auditoraat")
		s.victimID = w.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-17"})
		consentID, err := w.Consents.Record(w.As("payoke"), s.victimID, consent.New{Sections: []string{"identity"},
			Recipients: []consent.Recipient{{AgencyID: w.Place("be.dvz").ID}}, Purposes: []string{"protection"}, AskedOn: "2026-03-02",
			Until: "2026-06-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "Lotte Vermoesen"}, "")
		s.must(err)
		_, err = s.Tracks.Move(s.As("payoke"), s.victimID, track.New{Track: "protection", To: "deceased", On: "2026-03-02"}, 2, "")
		s.must(err)
		_, err = s.close("payoke", gate.Victim, s.victimID, helped)
		s.must(err)
		for what, err := range s.tries() {
			f, ok := fault.As(err)
			why, said := gate.Why(""), false
			if ok {
				why, said = f.Detail.(gate.Why)
			}
			if !said || why.ReasonID() != "file.closed" || why.NextStepKey() != "authz.next.file.closed" {
				t.Errorf("%s: %v, why %q", what, err, why)
			}
		}
		open := s.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Pham"})
		s.AddToTeam("payoke", s.caseID, "be.rsz")
		if _, err := s.Victims.Show(s.As("rsz"), open); err != nil {
			t.Errorf("a new member does not see the open file: %v", err)
		}
		if _, err := s.Victims.Show(s.As("rsz"), s.victimID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a new member sees the closed file: %v", err)
		}
		s.ends(member, consentID)
	})
}

// tries are what somebody who leads the file might begin on it.
func (s *scene) tries() map[string]error {
	ctx, dvz := s.As("payoke"), s.Place("be.dvz").Desks[0]
	terms := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
	did := map[string]error{}
	_, did["a task"] = s.Tasks.Add(ctx, gate.Victim, s.victimID, callLandlord(s), "")
	_, did["a referral"] = s.Sharing.Refer(ctx, s.victimID, sharing.NewReferral{DeskID: dvz, Sections: []string{"identity"}, Urgency: sharing.Urgent,
		Reason: "shelter", Terms: terms}, "")
	_, did["a step"] = s.Tracks.Move(ctx, s.victimID, track.New{Track: "protection", To: "supported", On: "2026-03-02"}, 3, "")
	_, did["a need"] = s.Support.Note(ctx, s.victimID, support.New{}, "")
	_, did["a time limit"] = s.Clocks.Start(ctx, s.victimID, clock.New{Rule: "be.reflection", Start: "2026-03-02"}, "")
	_, did["a consent"] = s.Consents.Record(ctx, s.victimID, consent.New{}, "")
	_, did["an age"] = s.Minors.Say(ctx, s.victimID, minor.NewAge{Status: "child"}, "")
	_, did["a form"] = s.Tracks.Form(ctx, s.victimID, "protection", "supported", "")
	return did
}

// ends does what stays possible: taking back, a copy for the person, ordering to keep, opening again.
func (s *scene) ends(member, consentID string) {
	s.must(s.Sharing.Remove(s.As("payoke"), s.caseID, member, 1))
	if _, err := s.Victims.Show(s.As("fgp"), s.victimID); fault.KindOf(err) != fault.NotFound {
		s.t.Errorf("what was taken back is still open: %v", err)
	}
	_, err := s.Consents.Withdraw(s.As("payoke"), s.victimID, consentID, 1, "spoken", "")
	s.must(err)
	_, err = s.Exchange.Export(s.As("payoke"), gate.Victim, s.victimID, exchange.Wanted{Format: exchange.JSON, Sections: []string{"identity"},
		Purpose: "protection", Reason: "person_asks", Recipient: "The person"})
	s.must(err)
	_, err = s.Closing.Hold(s.As("auditoraat"), gate.Victim, s.victimID, "Appeal pending.", "")
	s.must(err)
	s.must(s.Closing.Reopen(s.As("payoke"), gate.Victim, s.victimID, s.show("payoke").Closed().Version, "new_facts", ""))
	_, err = s.Tasks.Add(s.As("payoke"), gate.Victim, s.victimID, callLandlord(s), "")
	s.must(err)
}

func callLandlord(s *scene) task.New {
	return task.New{Code: "call", Text: "Call the landlord.", Doer: "worker:" + s.Person("payoke").ID, Due: "2026-03-10"}
}
