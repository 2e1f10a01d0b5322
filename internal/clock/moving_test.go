package clock_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/audit"
	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/testkit"
	"relais/policies"
)

// book is the shipped book with one text of the packs replaced.
func book(t testing.TB, old, changed string) *rulepack.Book {
	t.Helper()
	packs, found := fstest.MapFS{}, false
	for _, name := range must(fs.Glob(policies.Packs, "packs/*/*.csv"))(t) {
		text := string(must(fs.ReadFile(policies.Packs, name))(t))
		found = found || strings.Contains(text, old)
		packs[strings.TrimPrefix(name, "packs/")] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, changed, 1))}
	}
	if !found {
		t.Fatalf("the packs have no %q", old)
	}
	return must(rulepack.Load(packs))(t)
}

// TestPack_movesNoClockByItself starts clocks, changes the law, and lets a person decide on each.
func TestPack_movesNoClockByItself(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		first := s.start("dvz", "be.reflection", w.Today())
		s.victimID = s.victim("1990")
		other := s.start("dvz", "be.reflection", w.Today())
		ai := s.start("dvz", "be.ai", w.Today())
		longer := clock.NewService(w.Gate, book(t, "annex_15_issued,45,", "annex_15_issued,60,"), w.ClockPerson)
		for range 2 {
			if n := must(w.Clocks.Compare(w.AsProgram()))(t); n > 3 {
				t.Errorf("looked at %d clocks", n)
			}
		}
		if n := must(longer.Compare(w.AsProgram()))(t); n != 3 {
			t.Errorf("the changed pack was held against %d clocks", n)
		}
		if n := must(longer.Compare(w.AsProgram()))(t); n != 0 {
			t.Errorf("held twice on one day against %d clocks", n)
		}
		moving := must(longer.List(w.As("payoke"), clock.Moving, gate.Cursor{}))(t)
		ids := []string{}
		for _, c := range moving.Items {
			ids = append(ids, c.ID)
			if c.DueOn != "2026-04-16" || c.WouldDueOn != "2026-05-01" {
				t.Errorf("would move: %+v", c)
			}
		}
		if len(ids) != 2 || !slices.Contains(ids, first) || !slices.Contains(ids, other) || slices.Contains(ids, ai) {
			t.Errorf("would move: %v", ids)
		}
		if s.told("payoke", "clocks_moving") != 1 { // once for both clocks, and once for the two passes
			t.Errorf("who decides was told %d times", s.told("payoke", "clocks_moving"))
		}
		for _, key := range []string{"rsz", "pagasa", "fgp"} {
			if s.told(key, "clocks_moving") != 0 {
				t.Errorf("%s is told", key)
			}
			if list := must(longer.List(w.As(key), clock.Moving, gate.Cursor{}))(t); len(list.Items) != 0 {
				t.Errorf("%s is asked to decide", key)
			}
		}
		s.wants(longer.Decide(w.As("fgp"), first, 1, true), fault.Refused, "clock.not_your_task", "the police decide")
		s.wants(longer.Decide(w.As("payoke"), ai, 1, true), fault.Conflict, "clock.nothing_to_decide", "a rule that reads as it did")
		for id, keep := range map[string]bool{first: true, other: false} {
			if err := longer.Decide(w.As("payoke"), id, 1, keep); err != nil {
				t.Fatal(err)
			}
		}
		w.Advance(24 * 3600e9)
		must(longer.Compare(w.AsProgram()))(t)
		if list := must(longer.List(w.As("payoke"), clock.Moving, gate.Cursor{}))(t); len(list.Items) != 0 {
			t.Errorf("asked again: %+v", list.Items)
		}
		kept, moved := must(longer.Show(w.As("payoke"), first))(t), must(longer.Show(w.As("payoke"), other))(t)
		if kept.DueOn != "2026-04-16" || moved.DueOn != "2026-05-01" || kept.Steps[1].Step != "kept" || moved.Steps[1].Step != "moved" || moved.Steps[1].DueBefore != "2026-04-16" {
			t.Errorf("kept %+v, moved %+v", kept.Clock, moved.Clock)
		}
	})
}

// TestClocks_ofTwoCountries run on one victim, each told to who has to act in its country.
func TestClocks_ofTwoCountries(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		s.lend("nl.police")
		be := s.start("dvz", "be.reflection", "2026-03-01")
		for what, c := range map[string]struct {
			until moment.Date
			want  string
		}{
			"less than the floor":     {s.Today().AddDays(29), "clock.under_floor"},
			"more than at most":       {s.Today().AddDays(93), "clock.longer_than_rule"},
			"an end before its start": {s.Today().AddDays(-1), "clock.end_before_start"},
		} {
			_, err := w.Clocks.Start(w.As("avim"), s.victimID, clock.New{Rule: "nl.reflection", Start: s.Today(), Until: c.until}, "")
			s.wants(err, fault.Invalid, c.want, what)
		}
		nl := must(w.Clocks.Start(w.As("avim"), s.victimID, clock.New{Rule: "nl.reflection", Start: "2026-03-01"}, ""))(t)
		_, err := w.Clocks.Start(w.As("avim"), s.victimID, clock.New{Rule: "nl.reflection", Start: "2026-03-02"}, "")
		s.wants(err, fault.Conflict, "clock.second_reflection", "a second one in the Netherlands")
		if b, n := s.show("payoke", be).DueOn, s.show("avim", nl).DueOn; b != "2026-04-15" || n != "2026-06-01" {
			t.Errorf("due on %s and %s", b, n)
		}
		s.until("2026-03-31") // 15 days before the Belgian end
		s.tidy()
		if a, b := s.told("payoke", "clock_warned"), s.told("avim", "clock_warned"); a != 1 || b != 0 {
			t.Errorf("in March: %d and %d told", a, b)
		}
		s.until("2026-05-02") // 30 days before the Dutch end; the Belgian one has passed
		s.tidy()
		if a, b := s.told("payoke", "clock_warned")+s.told("payoke", "clock_overdue"), s.told("avim", "clock_warned"); a != 2 || b != 1 {
			t.Errorf("in May: %d and %d told", a, b)
		}
		for key, want := range map[string]int{"payoke": 2, "avim": 2, "dvz": 2, "fgp": 2, "rsz": 0, "cosm": 0} {
			list := must(w.Clocks.List(w.As(key), clock.Open, gate.Cursor{}))(t)
			if len(list.Items) != want {
				t.Errorf("%s sees %d clocks", key, len(list.Items))
			}
			for _, c := range list.Items { // what a list shows, its own page shows too, and the other way round
				s.show(key, c.ID)
			}
			counted := 0
			if err := w.Gate.Read(w.As(key), countAction, gate.Own(), func(tx *gate.Tx) (e audit.Event, err error) {
				counted, err = w.Clocks.Count(tx, clock.Open, 1000)
				return audit.Event{Op: audit.Search}, err
			}); err != nil || counted != want {
				t.Errorf("%s counts %d: %v", key, counted, err)
			}
		}
	})
}

var countAction = gate.ByAnyone("test.count")

// TestPack_tellsWhatItChangesAtOnce: when who is told, and what ends a clock, follows a new version of the pack for clocks that run too; it is
// told once to who must act, and moves no last day.
func TestPack_tellsWhatItChangesAtOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		id := s.start("dvz", "be.reflection", w.Today()) // until 16 April, warned from 1 April on
		s.victimID = s.victim("1990")
		s.start("dvz", "be.reflection", w.Today())
		s.tidy()
		changed := clock.NewService(w.Gate, book(t, "45,days,,no,,15 7 2,shelter,", "45,days,,no,,30 7 2,shelter migration,"), w.ClockPerson)
		for range 2 {
			must(changed.Compare(w.AsProgram()))(t)
		}
		for key, want := range map[string]int{"payoke": 1, "dvz": 1, "rsz": 0, "fgp": 0, "pagasa": 0} {
			if n := s.told(key, "clocks_ruled"); n != want {
				t.Errorf("%s was told %d times", key, n)
			}
		}
		if v := must(changed.Show(w.As("payoke"), id))(t); v.DueOn != "2026-04-16" || v.WouldDueOn != "" || v.WarnOn != "2026-03-17" || v.NextOn != "2026-03-17" {
			t.Errorf("after the new version: %+v", v.Clock)
		}
		s.until("2026-03-17")
		if err := changed.Tidy(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		if a, b := s.told("payoke", "clock_warned"), s.told("dvz", "clock_warned"); a != 2 || b != 2 {
			t.Errorf("on the new day of the warning %d and %d were told", a, b)
		}
		if n := s.told("payoke", "clocks_ruled"); n != 1 {
			t.Errorf("the next day it is told again: %d", n)
		}
	})
}
