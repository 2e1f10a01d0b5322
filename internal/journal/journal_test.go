package journal_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/journal"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages(t *testing.T) { pagecheck.Slice(t, "journal") }

// scene is a victim file of the inspection with the police on the team and a shelter that was referred the identity.
type scene struct {
	*testkit.World
	t                *testing.T
	caseID, victimID string
}

func setUp(t *testing.T, w *testkit.World) *scene {
	s := &scene{World: w, t: t}
	s.caseID = w.OpenCase("rsz")
	w.AddToTeam("rsz", s.caseID, "be.fgp")
	s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	w.Advance(time.Minute)
	w.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
	w.Advance(time.Minute)
	return s
}

func (s *scene) note(key string, n journal.New) string {
	s.t.Helper()
	id, err := s.Journal.Write(s.As(key), gate.Victim, s.victimID, n, "")
	if err != nil {
		s.t.Fatalf("%s writes: %v", key, err)
	}
	s.Advance(time.Minute)
	return id
}

func (s *scene) timeline(key string) journal.Timeline {
	s.t.Helper()
	line, err := s.Journal.Timeline(s.As(key), gate.Victim, s.victimID, gate.Cursor{})
	if err != nil {
		s.t.Fatalf("timeline as %s: %v", key, err)
	}
	return line
}

func (s *scene) sees(key, noteID string) bool {
	s.t.Helper()
	_, err := s.Journal.Show(s.As(key), noteID)
	shown := slices.ContainsFunc(s.timeline(key).Events, func(e journal.Event) bool { return e.ID == noteID })
	if (err == nil) != shown || err != nil && fault.KindOf(err) != fault.NotFound {
		s.t.Errorf("%s: the note alone gives %v, the timeline shows it: %v", key, err, shown)
	}
	return err == nil
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.t.Helper()
	if fault.KindOf(err) != kind {
		s.t.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func TestJournal(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(t, w)
		s.run("visibility narrows what the section opens", s.narrows)
		s.run("a correction is a version", s.corrects)
		s.run("nothing wrong is stored", s.refuses)
		s.run("the timeline tells what the reader may know", s.tells)
		s.run("pages give every event once", s.pages)
	})
}

// run walks one claim in the one world.
func (s *scene) run(claim string, walk func()) {
	whole := s.t
	whole.Run(claim, func(t *testing.T) {
		s.t, s.T = t, t
		walk()
	})
	s.t, s.T = whole, whole
}

func (s *scene) narrows() {
	second := s.Person("rsz.second").ID
	for _, c := range []struct {
		note journal.New
		sees []string
	}{
		{journal.New{Section: "identity", Text: "For the file."}, []string{"rsz", "rsz.second", "fgp", "payoke"}},
		{journal.New{Section: "identity", Text: "For the house.", Visibility: journal.ForAgency}, []string{"rsz", "rsz.second"}},
		{journal.New{Section: "identity", Text: "For one.", Visibility: journal.ForPeople, Readers: []string{second}}, []string{"rsz", "rsz.second"}},
		{journal.New{Section: "labour", Text: "On the wages."}, []string{"rsz", "rsz.second", "fgp"}}, // labour was not referred
	} {
		id := s.note("rsz", c.note)
		for _, key := range []string{"rsz", "rsz.second", "fgp", "payoke"} {
			if got := s.sees(key, id); got != slices.Contains(c.sees, key) {
				s.t.Errorf("%q: %s sees it: %v", c.note.Text, key, got)
			}
		}
		for _, stranger := range []string{"pagasa", "avim", "rsz.other"} {
			_, err := s.Journal.Show(s.As(stranger), id)
			s.wants(err, fault.NotFound, "a note to the stranger "+stranger)
			_, err = s.Journal.Timeline(s.As(stranger), gate.Victim, s.victimID, gate.Cursor{})
			s.wants(err, fault.NotFound, "the timeline to the stranger "+stranger)
		}
	}
	mine := s.note("rsz.second", journal.New{Section: "identity", Text: "For the other.", Visibility: journal.ForPeople, Readers: []string{s.Person("rsz").ID}})
	if !s.sees("rsz", mine) {
		s.t.Error("who is named does not see the note")
	}
}

func (s *scene) corrects() {
	id := s.note("rsz", journal.New{Section: "identity", Text: "Born in Hanoi."})
	if err := s.Journal.Correct(s.As("rsz.second"), id, 1, "Born in Hue."); err != nil {
		s.t.Fatal(err)
	}
	s.wants(s.Journal.Correct(s.As("rsz"), id, 1, "Born in Da Nang."), fault.Conflict, "a correction of an old version")
	s.wants(s.Journal.Correct(s.As("fgp"), id, 2, "Born elsewhere."), fault.Refused, "a correction by another agency")
	s.wants(s.Journal.Correct(s.As("pagasa"), id, 2, "Born elsewhere."), fault.NotFound, "a correction by a stranger")
	view, err := s.Journal.Show(s.As("fgp"), id)
	if err != nil || len(view.Versions) != 2 || view.Versions[0].Text != "Born in Hue." || view.Versions[1].Text != "Born in Hanoi." {
		s.t.Errorf("the history is %+v, %v", view.Versions, err)
	}
	if view.Versions[0].Author != "" || view.CanCorrect {
		s.t.Errorf("another agency reads the author %q, may correct: %v", view.Versions[0].Author, view.CanCorrect)
	}
}

func (s *scene) refuses() {
	before := len(s.timeline("rsz").Events)
	for what, n := range map[string]journal.New{
		"no text":          {Section: "identity"},
		"no section":       {Text: "x"},
		"unknown section":  {Section: "diary", Text: "x"},
		"control letters":  {Section: "identity", Text: "a\x00b"},
		"nobody named":     {Section: "identity", Text: "x", Visibility: journal.ForPeople},
		"stranger named":   {Section: "identity", Text: "x", Visibility: journal.ForPeople, Readers: []string{s.Person("fgp").ID}},
		"named for all":    {Section: "identity", Text: "x", Readers: []string{s.Person("rsz.second").ID}},
		"other visibility": {Section: "identity", Text: "x", Visibility: "world"},
		"section of cases": {Section: "proceeds", Text: "x"},
	} {
		_, err := s.Journal.Write(s.As("rsz"), gate.Victim, s.victimID, n, "")
		if kind := fault.KindOf(err); kind != fault.Invalid && !(what == "section of cases" && kind == fault.Refused) {
			s.t.Errorf("%s: %v", what, err)
		}
	}
	_, err := s.Journal.Write(s.As("fgp"), gate.Victim, s.victimID, journal.New{Section: "support_plan", Text: "x"}, "")
	s.wants(err, fault.Refused, "a note in a section that the police never write")
	_, err = s.Journal.Write(s.As("pagasa"), gate.Victim, s.victimID, journal.New{Section: "identity", Text: "x"}, "")
	s.wants(err, fault.NotFound, "a note of a stranger")
	if after := len(s.timeline("rsz").Events); after != before {
		s.t.Errorf("%d events were stored", after-before)
	}
	n := journal.New{Section: "identity", Text: "Sent twice."}
	first, err := s.Journal.Write(s.As("rsz"), gate.Victim, s.victimID, n, "key")
	again, err2 := s.Journal.Write(s.As("rsz"), gate.Victim, s.victimID, n, "key")
	if err != nil || err2 != nil || first != again {
		s.t.Errorf("sent twice: %s %v, %s %v", first, err, again, err2)
	}
}

func (s *scene) tells() {
	s.Write("payoke", s.victimID, authz.SupportPlan, "legal_task", section.Values{"type": "health", "wishes": "Wants to learn Dutch."})
	kinds := func(key string) (found []journal.Kind) {
		for _, e := range s.timeline(key).Events {
			found = append(found, e.Kind)
		}
		return found
	}
	for _, c := range []struct {
		key  string
		kind journal.Kind
		want bool
	}{{"rsz", journal.Opened, true}, {"rsz", journal.Shared, true}, {"rsz", journal.Referral, true}, {"payoke", journal.Referral, true},
		{"fgp", journal.Referral, false}, {"fgp", journal.Written, true}} {
		if got := slices.Contains(kinds(c.key), c.kind); got != c.want {
			s.t.Errorf("%s reads of %s: %v", c.key, c.kind, got)
		}
	}
	for key, want := range map[string]bool{"payoke": true, "rsz": false, "fgp": false} {
		got := slices.ContainsFunc(s.timeline(key).Events, func(e journal.Event) bool { return e.Args["Section"] == journal.Key("authz.section.support_plan") })
		if got != want {
			s.t.Errorf("%s reads that the support plan was written: %v", key, got)
		}
	}
}

func (s *scene) pages() {
	for i := range journal.PageSize + 10 {
		s.note("rsz", journal.New{Section: "identity", Text: string(rune('a' + i%26))})
	}
	seen, after, last := map[string]int{}, gate.Cursor{}, journal.Event{At: 1 << 62}
	for {
		line, err := s.Journal.Timeline(s.As("rsz"), gate.Victim, s.victimID, after)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range line.Events {
			if seen[string(e.Kind)+e.ID+e.At.String()]++; e.At > last.At {
				s.t.Errorf("%s comes after %s", e.At, last.At)
			}
			last = e
		}
		if after = line.Next; after.ID == "" {
			break
		}
	}
	if len(seen) <= journal.PageSize {
		s.t.Errorf("%d events on all pages", len(seen))
	}
	for what, times := range seen {
		if times != 1 {
			s.t.Errorf("%s stands there %d times", what, times)
		}
	}
}

// TestText_neverChangesTwice holds that what was tidied once stays as it is.
func TestText_neverChangesTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once, ok := journal.Tidy(text)
		twice, again := journal.Tidy(once)
		if ok && (!again || once != twice) {
			t.Fatalf("%q becomes %q, then %q", text, once, twice)
		}
	})
}
