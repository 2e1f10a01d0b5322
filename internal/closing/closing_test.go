package closing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/closing"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/journal"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/task"
	"relais/internal/testkit"
	"relais/internal/track"
	"relais/internal/worklist"
)

func TestPages(t *testing.T) { pagecheck.Slice(t, "closing") }

// scene is a victim file that a shelter leads, with the police and a prosecutor on the team.
type scene struct {
	*testkit.World
	t                *testing.T
	caseID, victimID string
	taskID, entryID  string
}

func setUp(t *testing.T, w *testkit.World) *scene {
	s := &scene{World: w, t: t}
	s.caseID = w.OpenCase("payoke")
	w.AddToTeam("payoke", s.caseID, "be.fgp")
	w.AddToTeam("payoke", s.caseID, "be.auditoraat")
	s.victimID = w.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi Lan", "birth_date": "1990-05-17"})
	s.entryID = w.SectionOf("payoke", s.victimID, authz.Identity).Entries[0].ID
	return s
}

// run walks one claim in the one world.
func (s *scene) run(claim string, walk func()) {
	whole := s.t
	passed := whole.Run(claim, func(t *testing.T) {
		s.t, s.T = t, t
		walk()
	})
	if s.t, s.T = whole, whole; !passed {
		whole.FailNow() // the next claim builds on this one
	}
}

func (s *scene) wants(err error, kind fault.Kind, key, what string) {
	s.t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || key != "" && f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
		s.t.Errorf("%s: want %s %s, got %v", what, kind, key, err)
	}
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

var helped = closing.New{Reason: "help_completed", Note: "All is said.", Known: true}

func (s *scene) close(key string, kind gate.Kind, fileID string, n closing.New) (string, error) {
	return s.Closing.Close(s.As(key), kind, fileID, n, "")
}

func (s *scene) show(key string) *closing.View {
	s.t.Helper()
	v, err := s.Closing.Show(s.As(key), gate.Victim, s.victimID)
	s.must(err)
	return &v
}

func (s *scene) item(key, id string) closing.Item {
	s.t.Helper()
	i, err := s.Closing.Item(s.As(key), id)
	s.must(err)
	return i
}

func TestClosing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(t, w)
		s.run("what is open comes first", s.settles)
		s.run("a closed file is kept, read and not written", s.keeps)
		s.run("reopening keeps one history", s.reopens)
		s.run("a prosecutor's order stops every erasure", s.holds)
		s.run("the end can be put off, for a year and a reason", s.postpones)
		s.run("two persons erase, neither of them who asked", s.erases)
		s.run("a case goes after its victims", s.caseLast)
	})
}

func (s *scene) settles() {
	var err error
	s.taskID, err = s.Tasks.Add(s.As("payoke"), gate.Victim, s.victimID, task.New{Code: "call", Text: "Call the landlord.",
		Doer: "worker:" + s.Person("payoke").ID, Due: "2026-03-10"}, "")
	s.must(err)
	kinds := map[closing.Kind]int{}
	for _, d := range s.show("payoke").Duties {
		if kinds[d.Kind]++; d.Link == "" {
			s.t.Errorf("the duty %s leads nowhere", d.Kind)
		}
		if d.Kind == closing.Task && d.Args["Agency"] != "Payoke" {
			s.t.Errorf("the page says of a task that it is for %q", d.Args["Agency"])
		}
	}
	for _, kind := range []closing.Kind{closing.Track, closing.Task, closing.Share} {
		if kinds[kind] == 0 {
			s.t.Errorf("no duty of kind %s in %v", kind, kinds)
		}
	}
	_, err = s.close("payoke", gate.Victim, s.victimID, helped)
	s.wants(err, fault.Conflict, "closing.unsettled", "closing with open duties")
	_, err = s.close("fgp", gate.Victim, s.victimID, helped)
	s.wants(err, fault.Refused, "", "closing by somebody who does not lead")
	_, err = s.close("pagasa", gate.Victim, s.victimID, helped)
	s.wants(err, fault.NotFound, "", "closing by a stranger")
	_, err = s.Closing.Show(s.As("pagasa"), gate.Victim, s.victimID)
	s.wants(err, fault.NotFound, "", "the state to a stranger")
	_, err = s.close("payoke", gate.Case, s.caseID, helped)
	s.wants(err, fault.Conflict, "closing.unsettled", "closing a case with an open victim file")
	s.settle()
	_, err = s.close("payoke", gate.Victim, s.victimID, closing.New{Reason: "help_completed"})
	s.wants(err, fault.Invalid, "closing.say_known", "closing without knowing of the shares")
	_, err = s.close("payoke", gate.Victim, s.victimID, closing.New{Reason: "boredom", Known: true})
	s.wants(err, fault.Invalid, "", "closing for a reason that is none")
}

// settle does what is open: the task, and the tracks by a death, after which all is said.
func (s *scene) settle() {
	s.must(s.Tasks.Finish(s.As("payoke"), s.taskID, 1, ""))
	_, err := s.Tracks.Move(s.As("payoke"), s.victimID, track.New{Track: "protection", To: "deceased", On: "2026-03-02"}, 2, "")
	s.must(err)
}

func (s *scene) keeps() {
	id, err := s.close("payoke", gate.Victim, s.victimID, helped)
	s.must(err)
	v := s.show("payoke")
	if c := v.Closed(); c == nil || c.ID != id || c.Rule != "shelter_file" || moment.DayOf(c.DueAt) != "2036-03-02" || c.Note != "All is said." {
		s.t.Errorf("closed as %+v", v.Closures)
	}
	if _, err := s.Victims.Show(s.As("fgp"), s.victimID); err != nil {
		s.t.Errorf("reading a closed file: %v", err)
	}
	_, err = s.Entries.Add(s.As("payoke"), gate.Victim, s.victimID, authz.Identity, testkit.Draft(section.Values{"family_name": "X"}), "")
	s.wants(err, fault.Refused, "gate.refused", "writing in a closed file")
	_, err = s.Journal.Write(s.As("payoke"), gate.Victim, s.victimID, journal.New{Section: "identity", Text: "x"}, "")
	s.wants(err, fault.Refused, "gate.refused", "a note in a closed file")
	_, err = s.close("payoke", gate.Victim, s.victimID, helped)
	s.wants(err, fault.Conflict, "closing.already_closed", "closing twice")
}

func (s *scene) reopens() {
	c := s.show("payoke").Closed()
	s.wants(s.Closing.Reopen(s.As("fgp"), gate.Victim, s.victimID, c.Version, "new_facts", ""), fault.Refused, "", "reopening by another agency")
	s.wants(s.Closing.Reopen(s.As("payoke"), gate.Victim, s.victimID, c.Version+1, "new_facts", ""), fault.Conflict, "", "reopening an old version")
	s.must(s.Closing.Reopen(s.As("payoke"), gate.Victim, s.victimID, c.Version, "new_facts", "A witness came."))
	s.wants(s.Closing.Reopen(s.As("payoke"), gate.Victim, s.victimID, c.Version, "new_facts", ""), fault.Conflict, "closing.not_closed", "reopening what is open")
	if _, err := s.Entries.Add(s.As("payoke"), gate.Victim, s.victimID, authz.Identity, testkit.Draft(section.Values{"family_name": "Nguyen"}), ""); err != nil {
		s.t.Errorf("writing in a reopened file: %v", err)
	}
	s.Advance(time.Hour)
	_, err := s.close("payoke", gate.Victim, s.victimID, closing.New{Reason: "returned", Known: true})
	s.must(err)
	v := s.show("payoke")
	if len(v.Closures) != 2 || v.Closures[1].ReopenNote != "A witness came." {
		s.t.Errorf("the history is %+v", v.Closures)
	}
	line, err := s.Journal.Timeline(s.As("fgp"), gate.Victim, s.victimID, gate.Cursor{})
	s.must(err)
	found := map[journal.Kind]int{}
	for _, e := range line.Events {
		found[e.Kind]++
	}
	if found["closed"] != 2 || found["reopened"] != 1 || found[journal.Opened] != 1 {
		s.t.Errorf("the timeline tells %v", found)
	}
}

func (s *scene) holds() {
	_, err := s.Closing.Hold(s.As("payoke"), gate.Case, s.caseID, "x", "")
	s.wants(err, fault.Refused, "closing.prosecutors_only", "an order of a shelter")
	_, err = s.Closing.Hold(s.As("auditoraat"), gate.Case, s.caseID, "", "")
	s.wants(err, fault.Invalid, "", "an order without a reason")
	id, err := s.Closing.Hold(s.As("auditoraat"), gate.Case, s.caseID, "Appeal pending.", "")
	s.must(err)
	_, err = s.Closing.Hold(s.As("auditoraat"), gate.Case, s.caseID, "Again.", "")
	s.wants(err, fault.Conflict, "closing.already_held", "a second order")
	if holds := s.show("fgp").Holds; len(holds) != 1 || holds[0].Note != "" {
		s.t.Errorf("the police see the order as %+v", holds)
	}
	c := s.show("payoke").Closed()
	s.sign(c.ID)
	s.wants(s.Closing.Erase(s.As("payoke.admin"), c.ID, s.item("payoke.admin", c.ID).Version), fault.Conflict, "closing.on_hold", "erasing what is held")
	s.wants(s.Closing.Lift(s.As("payoke"), id, 1), fault.NotFound, "", "lifting by a shelter")
	own, _, err := s.Closing.Holds(s.As("auditoraat"), gate.Cursor{})
	if err != nil || len(own) != 1 {
		s.t.Errorf("own orders: %v, %v", own, err)
	}
	s.must(s.Closing.Lift(s.As("auditoraat"), id, 1))
	s.must(s.Closing.Refuse(s.As("payoke.admin"), c.ID, s.item("payoke.admin", c.ID).Version))
}

// sign lets the supervisor ask and the auditor sign.
func (s *scene) sign(id string) {
	s.t.Helper()
	s.must(s.Closing.Request(s.As("payoke.lead"), id, s.item("payoke.lead", id).Version, "wrong"))
	s.must(s.Closing.Approve(s.As("payoke.auditor"), id, s.item("payoke.auditor", id).Version))
}

func (s *scene) postpones() {
	c := s.show("payoke").Closed()
	version := s.item("payoke.auditor", c.ID).Version
	for what, n := range map[string]struct {
		until       moment.Date
		reason, key string
	}{"a day before the end": {"2030-01-01", "claim", "closing.not_later"}, "two years": {"2038-06-01", "claim", "closing.too_late"},
		"no reason": {"2036-12-31", "", ""}, "no day": {"", "claim", ""}, "nonsense": {"2036-02-30", "claim", ""}} {
		s.wants(s.Closing.Postpone(s.As("payoke.auditor"), c.ID, version, n.until, n.reason), fault.Invalid, n.key, what)
	}
	s.wants(s.Closing.Request(s.As("payoke.auditor"), c.ID, version, "due"), fault.Invalid, "closing.not_due", "due before its time")
	for _, who := range []string{"payoke", "payoke.second", "rsz.auditor", "pagasa", "fgp.head"} {
		s.wants(s.Closing.Postpone(s.As(who), c.ID, version, "2036-12-31", "claim"), fault.NotFound, "", "postponing as "+who)
	}
	s.must(s.Closing.Postpone(s.As("payoke.auditor"), c.ID, version, "2036-12-31", "claim"))
	if i := s.item("payoke.admin", c.ID); moment.DayOf(i.DueAt) != "2036-12-31" || len(i.Steps) == 0 {
		s.t.Errorf("postponed as %+v", i)
	}
	s.wants(s.Closing.Postpone(s.As("payoke.auditor"), c.ID, version, "2037-12-01", "claim"), fault.Conflict, "gate.changed", "an old version")
}

func (s *scene) erases() {
	c := s.show("payoke").Closed()
	if n, err := s.Closing.AskDue(s.AsProgram()); err != nil || n != 0 {
		s.t.Errorf("before its time the program asks for %d: %v", n, err)
	}
	s.Advance(moment.Date("2037-01-02").EndOf().Sub(s.Now()))
	for _, want := range []int{1, 0} {
		if n, err := s.Closing.AskDue(s.AsProgram()); err != nil || n != want {
			s.t.Errorf("the program asks for %d, not %d: %v", n, want, err)
		}
	}
	if told := s.told("payoke.auditor", "retention_due"); told != 1 {
		s.t.Errorf("the auditors are told %d times", told)
	}
	version := func(key string) int64 { return s.item(key, c.ID).Version }
	s.waits("before the auditor has signed", c.ID, "payoke.auditor")
	s.wants(s.Closing.Refuse(s.As("payoke.admin"), c.ID, version("payoke.admin")), fault.Conflict, "closing.postpone_instead", "refusing what the rule asks")
	s.wants(s.Closing.Erase(s.As("payoke.admin"), c.ID, version("payoke.admin")), fault.Conflict, "closing.not_approved", "one signature")
	s.wants(s.Closing.Approve(s.As("payoke.admin"), c.ID, version("payoke.admin")), fault.Refused, "closing.not_yours_to_approve", "an administrator in the auditor's place")
	s.wants(s.Closing.Approve(s.As("payoke"), c.ID, version("payoke.admin")), fault.NotFound, "", "a caseworker in the auditor's place")
	s.must(s.Closing.Approve(s.As("payoke.auditor"), c.ID, version("payoke.auditor")))
	s.waits("before the second person has", c.ID, "payoke.admin", "payoke.lead")
	s.wants(s.Closing.Erase(s.As("payoke.auditor"), c.ID, version("payoke.auditor")), fault.Refused, "closing.second_person", "the same person twice")
	s.wants(s.Closing.Erase(s.As("rsz.head"), c.ID, version("payoke.auditor")), fault.NotFound, "", "another agency")
	s.Keep() // a backup of the database; the wrapped keys are backed up apart, and only as they are now
	s.must(s.Closing.Erase(s.As("payoke.lead"), c.ID, version("payoke.lead")))
	s.waits("afterwards", c.ID)
	s.gone(c.ID)
	s.unreadable()
}

// waits: an erasure stands on the list of those whose signature it waits for, and is a number of their day, and of nobody else's.
func (s *scene) waits(when, closureID string, who ...string) {
	s.t.Helper()
	for _, key := range []string{"payoke.auditor", "payoke.admin", "payoke.lead", "rsz.auditor"} {
		want := slices.Contains(who, key)
		list, _, err := s.Closing.Queue(s.As(key), closing.ToSign, gate.Cursor{})
		if err != nil || (len(list) == 1 && list[0].ID == closureID) != want || len(list) > 1 {
			s.t.Errorf("%s: %s signs %v, %v", when, key, list, err)
		}
		day, err := s.Worklist.Show(s.As(key))
		s.must(err)
		at := slices.IndexFunc(day.Numbers, func(n worklist.Number) bool { return n.Key == "erasures" })
		if at < 0 || (day.Numbers[at].Count.Number == 1) != want {
			s.t.Errorf("%s: the day of %s has %+v", when, key, day.Numbers)
		}
	}
	_, _, err := s.Closing.Queue(s.As("payoke"), closing.ToSign, gate.Cursor{})
	s.wants(err, fault.NotFound, "", "a caseworker's list of erasures")
}

func (s *scene) told(key, code string) (count int) {
	s.t.Helper()
	list, err := s.Notices.List(s.As(key), notice.Open, gate.Cursor{})
	s.must(err)
	for _, n := range list.Items {
		if n.Code == code {
			count++
		}
	}
	return count
}

// TestClose_ofAPresumedChildWithoutABirthDate is kept as a child's file, as long as the birth can lie behind.
func TestClose_ofAPresumedChildWithoutABirthDate(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w, t: t, caseID: w.OpenCase("payoke")}
		s.victimID = w.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Nguyen", "age_status": "presumed_child"})
		_, err := w.Tracks.Move(w.As("payoke"), s.victimID, track.New{Track: "protection", To: "deceased", On: "2026-03-02"}, 2, "")
		s.must(err)
		for _, d := range s.show("payoke").Duties {
			if d.Kind == closing.Task {
				s.must(w.Tasks.Finish(w.As("payoke"), d.Link[len(d.Link)-36:], 1, ""))
			}
		}
		_, err = s.close("payoke", gate.Victim, s.victimID, helped)
		s.must(err)
		if c := s.show("payoke").Closed(); c == nil || c.Rule != "shelter_minor" || moment.DayOf(c.DueAt) != "2054-12-31" {
			t.Errorf("closed as %+v", c)
		}
	})
}

// TestClose_ofWhoNeverAskedForAStay needs no step of residence that did not happen: the person declined, was lost, or is no victim.
func TestClose_ofWhoNeverAskedForAStay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for to, confirmed := range map[string][]string{"declined": {"asked_the_person"}, "lost_contact": nil, "not_victim": {"second_look"}} {
			s := &scene{World: w, t: t, caseID: w.OpenCase("payoke")}
			s.victimID = w.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-17", "citizenships": "VN"})
			_, err := s.close("payoke", gate.Victim, s.victimID, helped)
			s.wants(err, fault.Conflict, "closing.unsettled", "closing before "+to)
			_, err = w.Tracks.Move(w.As("payoke"), s.victimID, track.New{Track: "protection", To: to, On: "2026-03-02", Confirmed: confirmed}, 2, "")
			s.must(err)
			_, err = w.Tracks.Move(w.As("payoke"), s.victimID, track.New{Track: "remedy", To: "not_pursued", On: "2026-03-02", Confirmed: []string{"asked_the_person"}}, 1, "")
			s.must(err)
			for _, d := range s.show("payoke").Duties {
				if d.Kind == closing.Task {
					s.must(w.Tasks.Finish(w.As("payoke"), d.Link[len(d.Link)-36:], 1, ""))
				}
			}
			if _, err = s.close("payoke", gate.Victim, s.victimID, helped); err != nil {
				t.Errorf("after %s: %v %v", to, err, s.show("payoke").Duties)
			}
		}
	})
}
