package pointer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
)

func wanted(sections ...string) request.New {
	return request.New{Sections: sections, For: request.ForDesk, Reason: "investigation", Note: "We think that we met her in Antwerp.",
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}
}

func ask(s *scene, key, id string) error {
	_, err := s.Pointers.Ask(s.as(key), id, wanted("identity"), "")
	return err
}

// TestAsk_opensTheOtherFileOnlyOnceItIsGranted: until then the asker learns neither its id nor its reference.
func TestAsk_opensTheOtherFileOnlyOnceItIsGranted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		form := must(s.Pointers.AskForm(s.as("fgp"), id))(t)
		if len(form.Sections) == 0 {
			t.Fatal("there is nothing to ask for")
		}
		wants(t, "a stranger", ask(s, "rsz", id), fault.NotFound, "gate.not_found")
		requestID := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), "once"))(t)
		if again := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), "once"))(t); again != requestID {
			t.Error("sent twice, asked twice")
		}
		wants(t, "a second one of the desk", ask(s, "fgp.head", id), fault.Invalid, "")
		secrets := []string{twin, s.reference("ghent", twin)}
		asker := func(step string) {
			t.Helper()
			text := string(must(json.Marshal(must(s.Requests.List(s.as("fgp"), request.Mine, gate.Cursor{}))(t).Requests))(t))
			notices := string(must(json.Marshal(must(s.Notices.List(s.as("fgp"), "open", gate.Cursor{}))(t).Items))(t))
			if strings.Contains(notices, secrets[0]) || strings.Contains(text+notices, secrets[1]) {
				t.Errorf("%s: the asker learns the file", step)
			}
			_, err := s.Victims.Show(s.as("fgp"), twin)
			wants(t, step, err, fault.NotFound, "gate.not_found")
		}
		asker("asked")
		own := must(s.Requests.Show(s.as("fgp"), requestID))(t)
		if own.Reference != "" || own.CanOpen || own.Note == "" || !own.CanWithdraw || own.CanAnswer {
			t.Errorf("the asker sees %+v", own)
		}
		theirs := must(s.Requests.Show(s.as("ghent"), requestID))(t)
		if theirs.Reference != secrets[1] || theirs.Note != "We think that we met her in Antwerp." || !theirs.CanAnswer || theirs.PointerID != id {
			t.Errorf("the lead sees %+v", theirs)
		}
		terms := sharing.Terms{Purpose: "investigation", Basis: "legal_task"}
		must0(t, s.Requests.Grant(s.as("ghent"), requestID, theirs.Version, request.Answer{Sections: []string{"identity"}, Terms: terms}))
		view := must(s.Victims.Show(s.as("fgp"), twin))(t)
		for _, room := range view.Sections {
			if room.Section == authz.Identity && !room.OthersOpen {
				t.Error("the identity is closed")
			}
			if room.Section == authz.Statements && room.OthersOpen {
				t.Error("more is open than was asked for")
			}
		}
		if s.told("fgp", "request_granted") != 1 {
			t.Error("the asker is not told")
		}
		must0(t, s.Requests.End(s.as("fgp"), requestID, theirs.Version+1))
		_, err := s.Victims.Show(s.as("fgp"), twin)
		wants(t, "ended", err, fault.NotFound, "gate.not_found")
	})
}

// TestAsk_refusedOrUnansweredLeavesTheContact, and goes up after 48 hours like every request.
func TestAsk_refusedOrUnansweredLeavesTheContact(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		first := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), ""))(t)
		must0(t, s.Requests.Refuse(s.as("ghent"), first, 1, "safety"))
		second := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), ""))(t)
		must0(t, s.Requests.Withdraw(s.as("fgp"), second, 1))
		third := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), ""))(t)
		s.Advance(request.AnswerWithin + time.Second)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if s.told("ghent.second", "request_escalated") != 1 {
			t.Error("the supervisors are not told")
		}
		s.Advance(request.LapsesAfter)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if shown := must(s.Requests.Show(s.as("fgp"), third))(t); shown.State != request.Expired {
			t.Errorf("it is %s", shown.State)
		}
		for _, n := range must(s.Notices.List(s.as("fgp"), "open", gate.Cursor{}))(t).Items {
			if n.FileID == twin {
				t.Errorf("%s tells the file", n.Code)
			}
		}
		if len(s.sees("fgp")) != 1 {
			t.Error("the contact is gone")
		}
	})
}

func TestAsk_refusesWhatCouldNotBeOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, _ := s.pointed()
		for _, section := range []string{"shelter_location", "health", "proceeds", "nothing"} {
			_, err := s.Pointers.Ask(s.as("fgp"), id, wanted(section), "")
			wants(t, section, err, fault.Invalid, "")
		}
		n := wanted("identity")
		n.Note = ""
		_, err := s.Pointers.Ask(s.as("fgp"), id, n, "")
		wants(t, "without a word", err, fault.Invalid, "")
		must0(t, s.Pointers.Mark(s.as("fgp"), id, 1))
		wants(t, "of another person", ask(s, "fgp", id), fault.Conflict, "pointer.already_not_same")
		wants(t, "nothing", ask(s, "fgp", gate.NewID()), fault.NotFound, "gate.not_found")
		_, err = s.Pointers.AskForm(s.as("fgp"), id)
		wants(t, "the form", err, fault.Conflict, "pointer.already_not_same")
	})
}

// TestAsk_ofASealedFileIsGone: the order takes the request out of sight of both.
func TestAsk_ofASealedFileIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		requestID := must(s.Pointers.Ask(s.as("fgp"), id, wanted("identity"), ""))(t)
		s.seal(twin)
		_, err := s.Requests.Show(s.as("fgp"), requestID)
		wants(t, "the request", err, fault.NotFound, "gate.not_found")
		wants(t, "another", ask(s, "fgp", id), fault.NotFound, "gate.not_found")
	})
}

// TestAsk_tellsNoReferenceOfWhatNeverOpened: the lead's yes that falls before its last signature, by a no, by silence, taken back or
// with something else, leaves the asker as they were.
func TestAsk_tellsNoReferenceOfWhatNeverOpened(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, _ := s.pointed()
		var caseID string
		must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Get(&caseID, `SELECT case_id FROM file WHERE id = :file`, database.Args{"file": s.lan})
		}))
		s.AddToTeam("fgp", caseID, "be.dvz")
		s.Write("dvz", s.lan, authz.Residence, "legal_task", section.Values{"status": "reflection"})
		show := func(key, requestID string) request.View {
			t.Helper()
			return must(s.Requests.Show(s.as(key), requestID))(t)
		}
		asked := func() (requestID string) {
			t.Helper()
			requestID = must(s.Pointers.Ask(s.as("ghent"), id, wanted("residence"), ""))(t)
			must0(t, s.Requests.Grant(s.as("fgp"), requestID, 1, request.Answer{Sections: []string{"residence"},
				Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}))
			return requestID
		}
		for what, road := range map[string]func(requestID string) error{
			"a no":       func(r string) error { return s.Requests.Keep(s.as("dvz"), r, show("dvz", r).Version, "safety") },
			"taken back": func(r string) error { return s.Requests.End(s.as("fgp"), r, show("fgp", r).Version) },
			"silence": func(string) error {
				s.Advance(request.LapsesAfter)
				return s.Requests.Tidy(s.AsProgram())
			},
			"another road": func(r string) error {
				s.exec(`UPDATE file_grant SET state = 'ended', ended_at = :now, end_reason = 'expired' WHERE id = :grant`,
					database.Args{"now": s.Now(), "grant": show("fgp", r).GrantID})
				return s.Requests.Tidy(s.AsProgram())
			},
		} {
			requestID := asked()
			must0(t, road(requestID))
			view := show("ghent", requestID)
			if view.State != request.Refused && view.State != request.Ended || view.Reference != "" || view.CanOpen || s.knows(s.ghent.ID, s.lan) {
				t.Errorf("after %s it is %s and the asker learns %q", what, view.State, view.Reference)
			}
		}
		opened := asked()
		must0(t, s.Requests.Sign(s.as("dvz"), opened, show("dvz", opened).Version))
		if view := show("ghent", opened); view.Reference == "" || !view.CanOpen || !s.knows(s.ghent.ID, s.lan) {
			t.Errorf("with the last signature the asker learns %q", view.Reference)
		}
	})
}

// knows says whether an agency has a reference for a file.
func (s *scene) knows(agencyID, fileID string) bool {
	s.T.Helper()
	var count int64
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&count, `SELECT COUNT(*) FROM file_reference WHERE agency_id = :agency AND file_id = :file`, database.Args{"agency": agencyID, "file": fileID})
	}))
	return count > 0
}
