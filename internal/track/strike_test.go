package track_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// standing is what the rules make of a file: the four tracks without their history, and the clocks that run.
type standing struct {
	lanes  []track.Lane
	clocks []string
	bar    bool
}

func standingOf(t *testing.T, w *testkit.World, who, victimID string) (s standing) {
	t.Helper()
	view, _, err := w.Tracks.Show(w.As(who), victimID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range view.Lanes {
		l.Version, l.CanStrike, l.Steps = 0, nil, slices.DeleteFunc(slices.Clone(l.Steps), func(st track.Step) bool { return st.Struck() })
		s.lanes = append(s.lanes, l)
	}
	list, err := w.Clocks.OfFile(w.As(who), victimID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Items {
		if c.State != clock.Ended {
			s.clocks = append(s.clocks, c.Rule+" "+string(c.State)+" "+string(c.StartOn)+" "+string(c.DueOn)+" "+string(c.NextOn))
		}
	}
	s.bar = view.NoRemoval
	return s
}

func states(s standing) (list []string) {
	for _, l := range s.lanes {
		list = append(list, l.Track+" "+l.Country+" "+l.State+" "+string(l.Since))
	}
	return list
}

func (s *standing) equals(other *standing) bool {
	same := slices.EqualFunc(s.lanes, other.lanes, func(a, b track.Lane) bool {
		return a.Track == b.Track && a.Country == b.Country && a.State == b.State && a.Since == b.Since && a.Final == b.Final && a.Void == b.Void &&
			len(a.Moves) == len(b.Moves) && slices.EqualFunc(a.Steps, b.Steps, func(x, y track.Step) bool { return x.ID == y.ID })
	})
	return same && slices.Equal(s.clocks, other.clocks) && s.bar == other.bar
}

// TestStrike_leavesTheFileAsIfTheStepHadNotBeenTaken goes the way of an adult in Belgium step by step and back: after each strike the
// tracks and the clocks stand as they stood before the step, whatever day it is by then.
func TestStrike_leavesTheFileAsIfTheStepHadNotBeenTaken(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		way := []struct {
			who string
			new track.New
		}{
			{"payoke", track.New{Track: "protection", To: "supported"}},
			{"dvz", reflection},
			{"fgp", track.New{Track: "criminal", To: "reported"}},
			{"dvz", track.New{Track: "residence", To: "provisional", Person: "adult", Document: "AI 1",
				Confirmed: []string{"third_country", "statement_made", "left_milieu", "in_support", "magistrate_asked"}}},
			{"dvz", track.New{Track: "residence", To: "ended_withdrawn", Confirmed: []string{"contact_renewed"}}},
			{"payoke", track.New{Track: "remedy", To: "claim_prepared"}},
		}
		var before []standing
		var steps []string
		for i, m := range way {
			w.Advance(time.Minute) // a step and its clocks are known by their instant
			m.new.On = w.Today()
			before = append(before, standingOf(t, w, "auditoraat", id))
			stepID, err := w.Tracks.Move(w.As(m.who), id, m.new, laneOf(t, w, m.who, id, m.new.Track).Version, "")
			if err != nil {
				t.Fatalf("%d %s: %v", i, m.new.To, err)
			}
			steps = append(steps, stepID)
		}
		for i := len(way) - 1; i >= 0; i-- {
			if after := standingOf(t, w, "auditoraat", id); after.equals(&before[i]) {
				t.Fatalf("step %d changes nothing: the test would not see a strike", i)
			}
			version := laneOf(t, w, way[i].who, id, way[i].new.Track).Version
			if err := w.Tracks.Strike(w.As(way[i].who), id, steps[i], track.NewStrike{Reason: "wrong_step"}, version, ""); err != nil {
				t.Fatalf("strike %d: %v", i, err)
			}
			if after := standingOf(t, w, "auditoraat", id); !after.equals(&before[i]) {
				t.Errorf("after striking %d %s the clocks are %v, not %v, and the tracks differ: %v", i, way[i].new.To, after.clocks, before[i].clocks, !slices.Equal(states(after), states(before[i])))
			}
		}
		if got := laneOf(t, w, "dvz", id, "residence"); len(got.Steps) != 3 || !got.Steps[0].Struck() {
			t.Errorf("the history is gone: %+v", got.Steps)
		}
		again := reflection
		again.On = w.Today()
		if _, err := w.Tracks.Move(w.As("dvz"), id, again, laneOf(t, w, "dvz", id, "residence").Version, ""); err != nil {
			t.Errorf("the right step after the wrong one: %v", err)
		}
	})
}

// TestStrike_isForWhoDecidesAndFromTheEnd.
func TestStrike_isForWhoDecidesAndFromTheEnd(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		first, err := w.Tracks.Move(w.As("dvz"), id, reflection, 1, "")
		if err != nil {
			t.Fatal(err)
		}
		last, err := w.Tracks.Move(w.As("dvz"), id, track.New{Track: "residence", To: "asylum_track", On: "2026-03-02"}, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		opening := laneOf(t, w, "rsz", id, "protection")
		if view, _, err := w.Tracks.Show(w.As("fgp"), id); err != nil || len(view.Lanes) == 0 || view.Lanes[0].CanStrike != nil {
			t.Errorf("the step that opened the file may be struck: %v", err)
		}
		why := track.NewStrike{Reason: "wrong_day", Note: "Verkeerde dag"}
		for claim, c := range map[string]struct {
			who, step string
			new       track.NewStrike
			version   int64
			kind      fault.Kind
			key       string
		}{
			"a centre, which sees the step":      {"payoke", last, why, 3, fault.Refused, "track.not_yours_to_strike"},
			"the police, who see only the state": {"fgp", last, why, 3, fault.NotFound, "gate.not_found"},
			"the office of another country":      {"avim", last, why, 3, fault.NotFound, "gate.not_found"},
			"somebody with no access":            {"pagasa", last, why, 3, fault.NotFound, "gate.not_found"},
			"a step that is none":                {"dvz", gate.NewID(), why, 3, fault.NotFound, "gate.not_found"},
			"a step on which another stands":     {"dvz", first, why, 3, fault.Conflict, "track.later_steps"},
			"an older version":                   {"dvz", last, why, 2, fault.Conflict, "track.moved"},
			"no reason":                          {"dvz", last, track.NewStrike{}, 3, fault.Invalid, "fault.invalid"},
			"a reason that is none":              {"dvz", last, track.NewStrike{Reason: "bored"}, 3, fault.Invalid, "fault.invalid"},
		} {
			f, ok := fault.As(w.Tracks.Strike(w.As(c.who), id, c.step, c.new, c.version, ""))
			if !ok || f.Kind != c.kind || f.Key != c.key {
				t.Errorf("%s: %v", claim, f)
			}
		}
		if got := laneOf(t, w, "dvz", id, "residence"); got.State != "asylum_track" || got.Version != 3 || got.CanStrike == nil || got.CanStrike.ID != last {
			t.Fatalf("something was stored: %+v", got)
		}
		if opening.CanStrike != nil {
			t.Error("the opening may be struck")
		}
		for range 2 {
			if err := w.Tracks.Strike(w.As("dvz"), id, last, why, 3, "one strike"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Tracks.Strike(w.As("dvz"), id, last, why, 4, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("struck twice: %v", err)
		}
		struckIsSeen(t, w, id, last)
	})
}

// struckIsSeen: the strike stands in the history and the timeline of those who see the track, and the lead is told.
func struckIsSeen(t *testing.T, w *testkit.World, id, stepID string) {
	t.Helper()
	got := laneOf(t, w, "payoke", id, "residence")
	at := slices.IndexFunc(got.Steps, func(st track.Step) bool { return st.ID == stepID })
	if got.State != "reflection" || at < 0 || !got.Steps[at].Struck() || got.Steps[at].Strike.Note != "Verkeerde dag" || got.Steps[at].Strike.Agency != "Dienst Vreemdelingenzaken" {
		t.Errorf("the centre sees %+v", got)
	}
	for who, want := range map[string]bool{"payoke": true, "rsz": false} {
		line, err := w.Journal.Timeline(w.As(who), gate.Victim, id, gate.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(line.Events, func(e journal.Event) bool { return e.Words == "journal.event.track_struck" })
		if told != want {
			t.Errorf("the timeline tells %s of it: %v", who, told)
		}
	}
	list, err := w.Notices.List(w.As("rsz"), notice.Open, gate.Cursor{})
	if err != nil || !slices.ContainsFunc(list.Items, func(n notice.Notice) bool { return n.Code == "track_struck" && n.FileID == id }) {
		t.Errorf("the lead is not told: %v", err)
	}
	list, err = w.Notices.List(w.As("payoke"), notice.Open, gate.Cursor{})
	if err != nil || !slices.ContainsFunc(list.Items, func(n notice.Notice) bool { return n.Code == "clock_corrected" }) {
		t.Errorf("who acts on the reflection period is not told that it runs on: %v", err)
	}
}

// TestStrike_inAnotherCountryLeavesNoTrackBehind: what was begun there by mistake does not keep the file open.
func TestStrike_inAnotherCountryLeavesNoTrackBehind(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
	w.Refer("rsz", id, "nl.shelter", "cosm", "identity")
	before := standingOf(t, w, "auditoraat", id)
	step, err := w.Tracks.Move(w.As("cosm"), id, track.New{Track: "protection", To: "supported", On: w.Today()}, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	if now := standingOf(t, w, "auditoraat", id); now.equals(&before) {
		t.Fatal("the step changes nothing")
	}
	if err := w.Tracks.Strike(w.As("cosm"), id, step, track.NewStrike{Reason: "wrong_person"}, 2, ""); err != nil {
		t.Fatal(err)
	}
	after := standingOf(t, w, "auditoraat", id)
	after.lanes = slices.DeleteFunc(after.lanes, func(l track.Lane) bool { return l.Void && l.Show == authz.Full })
	if !after.equals(&before) {
		t.Errorf("%v, not %v", states(after), states(before))
	}
}

// TestPage_strikesAStep by keyboard's means, in Dutch.
func TestPage_strikesAStep(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "citizenships": "VN"})
	if _, err := w.Tracks.Move(w.As("payoke"), id, track.New{Track: "protection", To: "supported", On: w.Today()}, 2, ""); err != nil {
		t.Fatal(err)
	}
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + id + "/tracks")
	testkit.Inspect(t, tab, "track-strikable")
	tab.Click("Bescherming: in begeleiding")
	testkit.Inspect(t, tab, "track-strike")
	tab.Click("De stap doorhalen")
	if tab.Status() != 422 {
		t.Errorf("no reason was given: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "track-strike-wrong")
	tab.Click("Een andere stap was bedoeld")
	tab.Click("De stap doorhalen")
	if !tab.Has("De stap is doorgehaald") || !strings.Contains(tab.Text(), "Doorgehaald: ") {
		t.Errorf("%d: %s", tab.Status(), tab.Text())
	}
	testkit.Inspect(t, tab, "track-struck")
	if lane := laneOf(t, w, "payoke", id, "protection"); lane.State != "presumed" {
		t.Errorf("%+v", lane)
	}
}

// TestStrike_ofAStepWhoseClockHasEndedSince: the clock should never have begun, whoever has ended it meanwhile.
func TestStrike_ofAStepWhoseClockHasEndedSince(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		step, err := w.Tracks.Move(w.As("dvz"), id, reflection, 1, "")
		if err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Hour)
		list, err := w.Clocks.OfFile(w.As("dvz"), id)
		if err != nil || len(list.Items) != 1 {
			t.Fatalf("%d clocks, %v", len(list.Items), err)
		}
		c := &list.Items[0]
		if err := w.Clocks.End(w.As("dvz"), c.ID, c.Version, w.Today(), "contact_renewed"); err != nil {
			t.Fatal(err)
		}
		if err := w.Tracks.Strike(w.As("dvz"), id, step, track.NewStrike{Reason: "wrong_person"}, 2, ""); err != nil {
			t.Fatal(err)
		}
		after, err := w.Clocks.Show(w.As("dvz"), c.ID)
		if err != nil || after.State != clock.Ended || after.EndReason != "mistake" || after.EndedOn != w.Today() {
			t.Errorf("%s on %s by %q, %v", after.State, after.EndedOn, after.EndReason, err)
		}
		if n := len(after.Steps); n != 3 || after.Steps[1].Reason != "contact_renewed" {
			t.Errorf("the history: %+v", after.Steps)
		}
	})
}
