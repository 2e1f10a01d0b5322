package pointer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/pointer"
	"relais/internal/restriction"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func TestProbe_tellsBothDesksWhomToContactAndNothingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		twin := s.twin()
		found := s.probe("fgp", s.lan)
		if len(found) != 1 || found[0].Agency != "Lokale politie Gent" || found[0].Desk != "Mensenhandel" || !found[0].Asked || found[0].FileID != s.lan {
			t.Fatalf("the look finds %+v", found)
		}
		other := s.sees("ghent.second")
		if len(other) != 1 || other[0].Agency != s.Place("be.fgp").Name || other[0].Asked || other[0].Purpose != "" || other[0].FileID != twin {
			t.Fatalf("the other desk sees %+v", other)
		}
		for _, key := range []string{"fgp", "fgp.head", "ghent"} {
			if s.told(key, "pointer_match") != 1 {
				t.Errorf("%s is not told once", key)
			}
		}
		for key, hidden := range map[string][]string{"fgp": {twin, s.reference("ghent", twin)}, "ghent": {s.lan, s.reference("fgp", s.lan)}} {
			text := string(must(json.Marshal(s.sees(key)))(t))
			for _, word := range append(hidden, s.Person("fgp").Family, "Nguy") {
				if strings.Contains(text, word) {
					t.Errorf("%s learns %q of the other file", key, word)
				}
			}
		}
		for _, key := range []string{"ghent.wijk", "fgp.other", "rsz", "avim"} {
			if len(s.sees(key)) != 0 {
				t.Errorf("%s sees the pointer", key)
			}
			_, err := s.Pointers.Show(s.as(key), found[0].ID)
			wants(t, key, err, fault.NotFound, "gate.not_found")
		}
		if again := s.probe("fgp", s.lan); len(again) != 1 || s.told("ghent", "pointer_match") != 1 {
			t.Errorf("a second look makes %d and tells again", len(again))
		}
		if back := s.probe("ghent", twin); len(back) != 1 || back[0].ID != found[0].ID {
			t.Errorf("a look from the other side gives %+v", back)
		}
	})
}

func (s *scene) reference(key, fileID string) string {
	s.T.Helper()
	return must(s.Victims.Show(s.as(key), fileID))(s.T).File.Reference
}

// TestProbe_pointsToADeskOnce: how many files a desk has on a person is its own business, on both sides.
func TestProbe_pointsToADeskOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.twin()
		s.twin()
		if found := s.probe("fgp", s.lan); len(found) != 1 {
			t.Errorf("two files of one desk make %d pointers", len(found))
		}
		second := s.file("fgp", lan)
		s.probe("fgp", second)
		if seen := s.sees("ghent"); len(seen) != 2 { // the other of Ghent's files is pointed to from the second file
			t.Errorf("Ghent sees %d pointers", len(seen))
		}
		s.probe("fgp", s.file("fgp", lan))
		if seen := s.sees("ghent"); len(seen) != 2 {
			t.Errorf("Ghent's two files are told of one desk %d times", len(seen))
		}
	})
}

// TestProbe_answersALikeWhereNobodyMayBeTold: whatever keeps a match from being told, the answer is that of no match, byte for byte.
func TestProbe_answersALikeWhereNobodyMayBeTold(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		client := site.SignIn("fgp")
		ask := func() string {
			page := "/victims/" + s.lan + "/pointers"
			posted := client.PostForm(page, testkit.Fields("purpose", "identification")).Want(303)
			said := client.JSON("POST", "/api/v1/victims/"+s.lan+"/probes", map[string]any{"purpose": "identification"}).Want(200)
			return posted.Location() + string(said.Body) + string(client.Get(page).Want(200).Body)
		}
		miss := ask()
		twin := s.twin()
		rows := []struct {
			name     string
			do, undo func()
		}{
			{"the agency takes no part", func() { s.decide("ghent.admin", false) }, func() { s.decide("ghent.admin", true) }},
			{"the desk takes no part", func() { s.decide("ghent.admin", true, s.ghent.Desks[0]) }, func() { s.decide("ghent.admin", true) }},
			{"a colleague is kept from that file", func() { s.exclude(twin, s.Person("fgp.other")) }, func() { s.let(twin) }},
			{"somebody over there is kept from this file", func() { s.exclude(s.lan, s.people["ghent.second"]) }, func() { s.let(s.lan) }},
			{"the file is closed", func() { s.stage(twin, gate.StageClosed) }, func() { s.stage(twin, "active") }},
			{"nobody leads it", func() { s.leads(twin, 0) }, func() { s.leads(twin, 1) }},
		}
		for _, row := range rows {
			row.do()
			if got := ask(); got != miss {
				t.Errorf("%s: the answer differs from no match", row.name)
			}
			row.undo()
		}
		s.seal(twin)
		if got := ask(); got != miss {
			t.Error("a sealed file shows")
		}
		s.file("avim", lan)
		s.file("fgp", lan)
		if got := ask(); got != miss {
			t.Error("a file of another country, or of the own agency, shows")
		}
		if len(s.logged("pointer.probe")) == 0 || s.told("ghent", "pointer_match") != 0 {
			t.Error("the looks are not logged, or somebody was told")
		}
		s.twin()
		if got := ask(); got == miss {
			t.Error("a match that may be told is not: the comparison is worth nothing")
		}
	})
}

// TestPointer_isGoneForBothWhileOneFileIsRestricted, closed or under a seal.
func TestPointer_isGoneForBothWhileOneFileIsRestricted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, twin := s.pointed()
		both := func() int { return len(s.sees("fgp")) + len(s.sees("ghent")) }
		if both() != 2 {
			t.Fatal("not seen by both")
		}
		id := must(s.Limits.Exclude(s.as("fgp.head"), restriction.NewExclusion{Reference: s.reference("fgp", s.lan), WorkerID: s.Person("fgp.other").ID, Reason: "related"}, ""))(t)
		if both() != 2 { // somebody of the own agency is kept from the own file: the others go on
			t.Error("an exclusion from the own file hides the pointer")
		}
		must0(t, s.Limits.EndExclusion(s.as("fgp.head"), id, 1))
		s.seal(twin)
		if both() != 0 {
			t.Error("the pointer to a sealed file is seen")
		}
	})
}

func TestProbe_isForWhoReadsTheIdentityAndTakesPart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		look := func(key, fileID, purpose string) error {
			_, err := s.Pointers.Probe(s.as(key), fileID, purpose)
			return err
		}
		wants(t, "a stranger", look("ghent", s.lan, "identification"), fault.NotFound, "gate.not_found")
		wants(t, "nothing", look("fgp", gate.NewID(), "identification"), fault.NotFound, "gate.not_found")
		wants(t, "to send back", look("fgp", s.lan, "return"), fault.Invalid, "")
		wants(t, "for nothing", look("fgp", s.lan, ""), fault.Invalid, "")
		own := s.file("rsz", lan)
		wants(t, "an inspectorate that takes no part", look("rsz", own, "identification"), fault.Refused, "pointer.apart")
		s.decide("rsz.keeper", true)
		must0(t, look("rsz", own, "identification"))
		wants(t, "a file that says nothing", look("fgp", s.file("fgp", nil), "identification"), fault.Conflict, "pointer.nothing_to_compare")
		s.decide("ghent.admin", true, s.ghent.Desks[0])
		wants(t, "a desk that stands apart", look("ghent", s.twin(), "identification"), fault.Refused, "pointer.apart")
	})
}

func TestProbe_keepsAPace(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for range pointer.MostByWorker {
			s.probe("fgp", s.lan)
		}
		_, err := s.Pointers.Probe(s.as("fgp"), s.lan, "identification")
		wants(t, "one more", err, fault.TooMany, "pointer.too_many")
		f, _ := fault.As(err)
		if f.Args["Most"] != pointer.MostByWorker || f.Detail.(pointer.Wait).RetryAfter() <= 0 {
			t.Errorf("it says %v, %v", f.Args, f.Detail)
		}
		if n := len(s.logged("pointer.probe")); n != pointer.MostByWorker {
			t.Errorf("%d looks are logged", n)
		}
		s.probe("fgp.head", s.lan)
		s.Advance(time.Hour + time.Second)
		s.probe("fgp", s.lan)
	})
}

// TestMatch_followsTheRule holds what Ghent wrote against what the federal police did.
func TestMatch_followsTheRule(t *testing.T) {
	const born = "1998-02-15"
	type known struct{ identity, identifiers section.Values }
	rows := []struct {
		name       string
		one, other known
		matches    bool
	}{
		{"the name in another spelling and the day", known{identity: lan}, known{identity: section.Values{"given_names": "Lan Thi", "family_name": "Nguyen", "birth_date": born}}, true},
		{"the name the other way round", known{identity: lan}, known{identity: section.Values{"given_names": "Nguyen", "family_name": "Lan", "birth_date": born}}, true},
		{"the name and the year", known{identity: lan}, known{identity: section.Values{"given_names": "Thi Lan", "family_name": "Nguyen", "birth_date": "1998"}}, false},
		{"the name without a day", known{identity: lan}, known{identity: section.Values{"given_names": "Thi Lan", "family_name": "Nguyen"}}, false},
		{"the day and one word of the name", known{identity: lan}, known{identity: section.Values{"given_names": "Van Minh", "family_name": "Nguyen", "birth_date": born}}, false},
		{"the day and another name", known{identity: lan}, known{identity: section.Values{"given_names": "Olena", "family_name": "Shevchenko", "birth_date": born}}, false},
		{"the first of January", known{identity: section.Values{"given_names": "Amina", "family_name": "Diallo", "birth_date": "1998-01-01"}},
			known{identity: section.Values{"given_names": "Amina", "family_name": "Diallo", "birth_date": "1998-01-01"}}, false},
		{"a particle that is joined", known{identity: section.Values{"given_names": "Fatima", "family_name": "El Amrani", "birth_date": "1998-02-16"}},
			known{identity: section.Values{"given_names": "Fatima", "family_name": "Elamrani", "birth_date": "1998-02-16"}}, true},
		{"a particle and one word", known{identity: section.Values{"given_names": "Fatima", "family_name": "El Amrani", "birth_date": "1998-02-16"}},
			known{identity: section.Values{"given_names": "Karima", "family_name": "El Amrani", "birth_date": "1998-02-16"}}, false},
		{"the number of a document and another name", known{lan, section.Values{"document_number": "B 123-4567"}},
			known{section.Values{"family_name": "Tran"}, section.Values{"document_number": "b1234567"}}, true},
		{"no number at all", known{lan, section.Values{"document_number": "unknown"}}, known{section.Values{"family_name": "Tran"}, section.Values{"document_number": "Unknown"}}, false},
		{"zeros", known{lan, section.Values{"document_number": "000000"}}, known{section.Values{"family_name": "Tran"}, section.Values{"document_number": "000-000"}}, false},
		{"a number of four characters", known{lan, section.Values{"document_number": "1234"}}, known{section.Values{"family_name": "Tran"}, section.Values{"document_number": "1234"}}, false},
	}
	onBoth(t, func(t *testing.T, s *scene) {
		s.Keep()
		for _, row := range rows {
			s.Rewind()
			one, other := s.file("fgp", row.one.identity), s.file("ghent", row.other.identity)
			if row.one.identifiers != nil {
				s.write("fgp", one, authz.Identifiers, "legal_task", row.one.identifiers)
				s.write("ghent", other, authz.Identifiers, "legal_task", row.other.identifiers)
			}
			for _, look := range []struct{ key, file string }{{"fgp", one}, {"ghent", other}} {
				view, err := s.Pointers.Probe(s.as(look.key), look.file, "identification")
				if f, ok := fault.As(err); err != nil && (!ok || f.Key != "pointer.nothing_to_compare") {
					t.Fatal(err)
				}
				if (len(view.Pointers) > 0) != row.matches {
					t.Errorf("%s, looked at by %s: %d found, a match is %v", row.name, look.key, len(view.Pointers), row.matches)
				}
			}
		}
	})
}

// TestMatch_countsWhatThoseWroteWhoTakePart: what a shelter wrote in a police file is compared once its administrator says so, and a
// telephone number only together with the name.
func TestMatch_countsWhatThoseWroteWhoTakePart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		theirs := s.file("ghent", section.Values{"given_names": "Olena", "family_name": "Shevchenko"})
		caseID := must(s.Victims.Show(s.as("ghent"), theirs))(t).File.CaseID
		must(s.Sharing.Add(s.as("ghent"), caseID, sharing.NewMember{DeskID: s.Place("be.pagasa").Desks[0],
			Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, ""))(t)
		s.write("pagasa", theirs, authz.SafeContact, "legal_task", section.Values{"mobile_phone": "+32470123456", "email": "olena@example.org"})
		s.decide("payoke.keeper", true)
		look := func(identity, contact section.Values) int {
			t.Helper()
			file := s.file("payoke", identity)
			s.write("payoke", file, authz.SafeContact, "legal_task", contact)
			return len(must(s.Pointers.Probe(s.as("payoke"), file, "protection"))(t).Pointers)
		}
		olena, mail := section.Values{"given_names": "Olena", "family_name": "Ševčenko"}, section.Values{"email": "Olena@Example.org"}
		if look(olena, mail) != 0 {
			t.Error("the address that a shelter wrote down is compared although it takes no part")
		}
		s.setting("be.pagasa", true)
		if look(section.Values{"given_names": "Olga", "family_name": "Bondar"}, section.Values{"mobile_phone": "+32470123456"}) != 0 {
			t.Error("a telephone number alone is a match")
		}
		if look(olena, section.Values{"mobile_phone": "+32 470 12 34 56"}) != 1 {
			t.Error("the telephone number and the name are no match")
		}
		must0(t, s.Pointers.Mark(s.as("ghent"), s.sees("ghent")[0].ID, 1))
		if look(section.Values{"given_names": "Olga", "family_name": "Bondar"}, mail) != 1 {
			t.Error("the address is no match")
		}
	})
}

func TestMark_isSeenByBothAndHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		wants(t, "a stranger", s.Pointers.Mark(s.as("rsz"), id, 1), fault.NotFound, "gate.not_found")
		wants(t, "a stale tab", s.Pointers.Mark(s.as("ghent"), id, 7), fault.Conflict, "pointer.changed")
		must0(t, s.Pointers.Mark(s.as("ghent"), id, 1))
		wants(t, "twice", s.Pointers.Mark(s.as("fgp"), id, 2), fault.Conflict, "pointer.already_not_same")
		if s.told("fgp", "pointer_not_same") != 1 || s.told("ghent", "pointer_not_same") != 0 {
			t.Error("the other desk is not told")
		}
		for key, mine := range map[string]bool{"fgp": false, "ghent": true} {
			shown := must(s.Pointers.Show(s.as(key), id))(t)
			if shown.State != pointer.NotSame || shown.EndedByMine != mine || shown.CanAsk || shown.CanMark {
				t.Errorf("%s sees %+v", key, shown)
			}
		}
		if found := s.probe("fgp", s.lan); len(found) != 0 {
			t.Error("the same identifiers point again")
		}
		if found := s.probe("ghent", twin); len(found) != 0 {
			t.Error("the same identifiers point again from the other side")
		}
		for key, file := range map[string]string{"fgp": s.lan, "ghent": twin} {
			s.write(key, file, authz.Identifiers, "legal_task", section.Values{"document_number": "B1234567"})
		}
		if found := s.probe("fgp", s.lan); len(found) != 1 {
			t.Error("a number that came since does not point")
		}
	})
}

func TestPointer_endsByItself(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, _ := s.pointed()
		s.Advance(pointer.LastsFor - time.Second)
		if len(s.sees("fgp")) != 1 || len(s.sees("ghent")) != 1 {
			t.Error("it has ended early")
		}
		s.Advance(time.Second)
		if len(s.sees("ghent")) != 0 {
			t.Error("it has not ended")
		}
		must0(t, s.Pointers.Tidy(s.AsProgram()))
		must0(t, s.Pointers.Tidy(s.AsProgram()))
		if ended := s.logged("pointer.end"); len(ended) != 1 || ended[0].Subject != id || len(ended[0].Concerns) != 2 {
			t.Errorf("the end is logged as %+v", ended)
		}
	})
}
