package clock_test

import (
	"testing"

	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/testkit"
)

// TestClock_fromStartToEnd walks one victim through reflection, papers, pause and renewal, on both engines.
func TestClock_fromStartToEnd(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		today := w.Today() // 2 March 2026
		refused(s)
		id := s.start("dvz", "be.reflection", today)
		if v := s.show("payoke", id); v.DueOn != "2026-04-16" || v.WarnOn != "2026-04-01" || v.NextOn != "2026-04-01" || !v.CanAct || v.CanRenew || len(v.Steps) != 1 {
			t.Errorf("started: %+v", v)
		}
		strangers(s, id)
		reminders(s, id)
		papers(s, id)
	})
}

// refused starts nothing: each wrong start names its rule, and nothing is stored.
func refused(s *scene) {
	today := s.Today()
	for what, c := range map[string]struct {
		key  string
		n    clock.New
		kind fault.Kind
		want string
	}{
		"in the future":              {"dvz", clock.New{Rule: "be.reflection", Start: today.AddDays(1)}, fault.Invalid, "clock.in_future"},
		"before its law":             {"dvz", clock.New{Rule: "lu.permit", Start: "2008-09-30"}, fault.Invalid, "clock.unknown_rule"},
		"no day":                     {"dvz", clock.New{Rule: "be.reflection"}, fault.Invalid, "fault.field_not_a_date"},
		"30 February":                {"dvz", clock.New{Rule: "be.reflection", Start: "2026-02-30"}, fault.Invalid, "fault.field_not_a_date"},
		"an unknown rule":            {"dvz", clock.New{Rule: "be.nothing", Start: today}, fault.Invalid, "clock.unknown_rule"},
		"an incident's":              {"payoke", clock.New{Rule: "breach.authority", Start: today}, fault.Refused, "clock.not_your_task"},
		"a shorter 45 days":          {"dvz", clock.New{Rule: "be.reflection", Start: today, Until: today.AddDays(40)}, fault.Invalid, "clock.length_is_fixed"},
		"by who does not decide":     {"rsz", clock.New{Rule: "be.reflection", Start: today}, fault.Refused, "clock.not_your_task"},
		"by the shelter, which asks": {"payoke", clock.New{Rule: "be.reflection", Start: today}, fault.Refused, "clock.not_your_task"},
		"of another country":         {"dvz", clock.New{Rule: "nl.b83", Start: today}, fault.Refused, "clock.not_your_task"},
		"a child's for an adult":     {"dvz", clock.New{Rule: "be.minor.ai", Start: today}, fault.Invalid, "clock.other_person"},
		"by the police":              {"fgp", clock.New{Rule: "be.reflection", Start: today}, fault.Refused, "clock.not_your_task"},
		"by a stranger":              {"pagasa", clock.New{Rule: "be.reflection", Start: today}, fault.NotFound, "gate.not_found"},
		"by a colleague at no desk":  {"fgp.other", clock.New{Rule: "be.reflection", Start: today}, fault.NotFound, "gate.not_found"},
	} {
		_, err := s.Clocks.Start(s.As(c.key), s.victimID, c.n, "")
		s.wants(err, c.kind, c.want, what)
	}
	child := s.victim("2012-05")
	_, err := s.Clocks.Start(s.As("dvz"), child, clock.New{Rule: "be.minor.ai", Start: "2012-04-30"}, "")
	s.wants(err, fault.Invalid, "clock.before_birth", "before birth")
	if list := must(s.Clocks.OfFile(s.As("payoke"), s.victimID))(s.T); len(list.Items) != 0 {
		s.T.Errorf("stored: %+v", list.Items)
	}
}

// strangers do not learn that a clock runs; nor does a discipline whose cell of the matrix does not give its days.
func strangers(s *scene, id string) {
	for _, key := range []string{"pagasa", "cosm", "avim", "spj", "fgp.other", "rsz.auditor", "rsz"} {
		_, err := s.Clocks.Show(s.As(key), id)
		s.wants(err, fault.NotFound, "gate.not_found", "shown to "+key)
		for _, box := range clock.Boxes() {
			if list := must(s.Clocks.List(s.As(key), box, gate.Cursor{}))(s.T); len(list.Items) != 0 {
				s.T.Errorf("%s finds it in %s", key, box)
			}
		}
		s.wants(s.Clocks.End(s.As(key), id, 1, s.Today(), "fraud"), fault.NotFound, "gate.not_found", "ended by "+key)
	}
	for _, key := range []string{"payoke", "payoke.second", "dvz", "auditoraat", "fgp"} {
		if list := must(s.Clocks.List(s.As(key), clock.Open, gate.Cursor{}))(s.T); len(list.Items) != 1 {
			s.T.Errorf("%s sees %d clocks", key, len(list.Items))
		}
		s.show(key, id)
	}
	s.wants(s.Clocks.End(s.As("fgp"), id, 1, s.Today(), "fraud"), fault.Refused, "clock.not_your_task", "ended by the police")
	_, err := s.Clocks.Start(s.As("dvz"), s.victimID, clock.New{Rule: "be.reflection", Start: s.Today()}, "")
	s.wants(err, fault.Conflict, "clock.second_reflection", "a second reflection period")
}

// reminders are told on the days of the pack, once, to whoever has to act; too late also to their supervisors.
func reminders(s *scene, id string) {
	for _, c := range []struct {
		day           string
		warned, late  int
		supervisorHas int
	}{{"2026-03-31", 0, 0, 0}, {"2026-04-01", 1, 0, 0}, {"2026-04-08", 1, 0, 0}, {"2026-04-09", 2, 0, 0}, {"2026-04-14", 3, 0, 0}, {"2026-04-16", 3, 0, 0},
		{"2026-04-17", 3, 1, 1}, {"2026-04-18", 3, 1, 1}} {
		s.until(dateOf(c.day))
		s.tidy()
		s.tidy()
		if w, l, b := s.told("payoke", "clock_warned"), s.told("payoke", "clock_overdue"), s.told("payoke.lead", "clock_overdue"); w != c.warned || l != c.late || b != c.supervisorHas {
			s.T.Errorf("on %s: warned %d, overdue %d, supervisors %d", c.day, w, l, b)
		}
	}
	for _, key := range []string{"dvz", "rsz", "fgp", "pagasa"} {
		if n := s.told(key, "clock_warned") + s.told(key, "clock_overdue"); n != 0 {
			s.T.Errorf("%s was told %d times", key, n)
		}
	}
	for key, want := range map[string][4]int{"payoke": {1, 1, 1, 0}, "payoke.lead": {0, 1, 0, 0}, "dvz": {0, 1, 1, 0}} {
		for i, box := range clock.Boxes() {
			if list := must(s.Clocks.List(s.As(key), box, gate.Cursor{}))(s.T); len(list.Items) != want[i] {
				s.T.Errorf("%s has %d in %s", key, len(list.Items), box)
			}
		}
	}
}

// papers end the reflection period by the next document, which pauses, is renewed once, and ends.
func papers(s *scene, reflection string) {
	t, ctx := s.T, s.As("payoke")
	office := s.As("dvz")
	s.wants(s.Clocks.Renew(office, reflection, s.show("dvz", reflection).Version), fault.Conflict, "clock.not_renewable", "a reflection period renewed")
	s.wants(s.Clocks.End(ctx, reflection, 99, s.Today(), "next_document"), fault.Conflict, "clock.changed", "an old page")
	s.wants(s.Clocks.End(ctx, reflection, 1, s.Today(), "permit_lost"), fault.Invalid, "fault.field_unknown_code", "another rule's end")
	s.wants(s.Clocks.End(ctx, reflection, 1, "2026-03-01", "next_document"), fault.Invalid, "clock.end_before_start", "ended before it began")
	ai := ""
	if err := s.within("payoke", func(tx *gate.Tx) (err error) {
		if ai, err = s.Clocks.StartIn(tx, "be.ai", "BE", s.Today()); err != nil {
			return err
		}
		return clock.EndIn(tx, "be.reflection", s.Today(), "next_document")
	}); err != nil {
		t.Fatal(err)
	}
	if v := s.show("payoke", reflection); v.State != clock.Ended || v.CanAct || len(v.Steps) != 6 {
		t.Errorf("after the next document: %+v", v)
	}
	s.wants(s.Clocks.End(ctx, reflection, 2, s.Today(), "fraud"), fault.Conflict, "clock.already_ended", "ended twice")
	v := s.show("payoke", ai) // from 18 April
	if v.DueOn != "2026-07-18" || v.CanRenew || s.show("dvz", ai).CanRenew {
		t.Errorf("the first paper: %+v", v)
	}
	s.until("2026-05-10")
	s.wants(s.Clocks.Pause(ctx, ai, v.Version, clock.Stop{On: s.Today(), Review: s.Today().AddDays(9), Reason: "holiday"}), fault.Invalid, "fault.field_unknown_code", "paused without a reason")
	s.wants(s.Clocks.Resume(ctx, ai, v.Version, s.Today()), fault.Conflict, "clock.not_paused", "resumed while it runs")
	steps := []error{s.Clocks.Pause(ctx, ai, 1, clock.Stop{On: "2026-05-10", Review: "2026-05-25", Reason: "in_hospital"})}
	s.wants(s.Clocks.Renew(office, ai, 2), fault.Conflict, "clock.already_paused", "renewed while it stands still")
	s.until("2026-05-20")
	s.wants(s.Clocks.Resume(ctx, ai, 2, "2026-05-09"), fault.Invalid, "clock.end_before_start", "resumed before it was paused")
	steps = append(steps, s.Clocks.Resume(ctx, ai, 2, "2026-05-20"))
	s.wants(s.Clocks.Renew(office, ai, 3), fault.Conflict, "clock.renewed_too_early", "renewed long before its end")
	s.wants(s.Clocks.Renew(ctx, ai, 3), fault.Refused, "clock.not_your_task", "renewed by who does not issue the paper")
	s.until("2026-07-01") // the first warning was on 28 June, and the shelter's grant has ended
	if !s.show("dvz", ai).CanRenew {
		t.Error("who issues the paper cannot renew it")
	}
	steps = append(steps, s.Clocks.Renew(office, ai, 3))
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
	if v := s.show("dvz", ai); v.DueOn != "2026-10-28" || v.CanRenew || v.PausedDays != 10 { // 18 October and ten days
		t.Errorf("paused and renewed: %+v", v.Clock)
	}
	s.wants(s.Clocks.Renew(office, ai, 4), fault.Conflict, "clock.not_renewable", "renewed twice")
	if err := s.Clocks.End(office, ai, 4, s.Today(), "next_document"); err != nil {
		t.Fatal(err)
	}
	if list := must(s.Clocks.List(office, clock.Open, gate.Cursor{}))(t); len(list.Items) != 0 {
		t.Errorf("still open: %+v", list.Items)
	}
}

func dateOf(text string) moment.Date { return moment.Date(text) }

// TestClock_ofAnAnswerIsEachAgencysOwn: a second agency that is asked for the person's data starts its own clock, in its own country,
// and learns nothing of the first.
func TestClock_ofAnAnswerIsEachAgencysOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		s.lend("nl.police")
		for _, who := range []string{"payoke", "avim"} {
			id, err := w.Clocks.Start(w.As(who), s.victimID, clock.New{Rule: "gdpr.dsar", Start: s.Today()}, "")
			if err != nil {
				t.Errorf("%s: %v", who, err)
				continue
			}
			if c := s.show(who, id); c.Country != map[string]string{"payoke": "BE", "avim": "NL"}[who] {
				t.Errorf("%s: it runs in %s", who, c.Country)
			}
			_, err = w.Clocks.Start(w.As(who), s.victimID, clock.New{Rule: "gdpr.dsar", Start: s.Today()}, "")
			s.wants(err, fault.Conflict, "clock.already_runs", "a second one of "+who)
		}
	})
}
