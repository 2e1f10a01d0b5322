package checklist_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/checklist"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/journal"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/task"
	"relais/internal/testkit"
	"relais/web"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "checklist") }

// scene is a victim file of the inspectorate on whose team those are who act in Belgium.
func scene(w *testkit.World) (victimID string) {
	caseID := w.OpenCase("rsz")
	for _, agency := range []string{"be.fgp", "be.auditoraat", "be.dvz", "be.payoke"} {
		w.AddToTeam("rsz", caseID, agency)
	}
	return w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
}

func show(t *testing.T, w *testkit.World, who, victimID string) checklist.View {
	t.Helper()
	view, err := w.Checklists.Show(w.As(who), victimID)
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return view
}

func lineOf(t *testing.T, w *testkit.World, who, victimID, item string) *checklist.Line {
	t.Helper()
	view := show(t, w, who, victimID)
	_, line := view.Find(item)
	return line
}

func tick(w *testkit.World, who, victimID string, items ...string) error {
	return w.Checklists.Tick(w.As(who), victimID, checklist.Tick{Items: items, State: checklist.Done, On: w.Today()}, gate.NewID())
}

// TestTick_isForWhoDoesTheItem tells who sees which item, who ticks it, and what becomes of bad input: nothing is stored.
func TestTick_isForWhoDoesTheItem(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w)
		good := checklist.Tick{Items: []string{"be.safe_now", "be.apart"}, State: checklist.Done, On: w.Today()}
		bad := func(change func(*checklist.Tick)) checklist.Tick {
			n := good
			change(&n)
			return n
		}
		for claim, c := range map[string]struct {
			who        string
			n          checklist.Tick
			field, key string
		}{
			"who does not do it":      {"dvz", good, "items", "checklist.not_yours"},
			"another country's item":  {"payoke", bad(func(n *checklist.Tick) { n.Items = []string{"nl.safe_now"} }), "items", "checklist.not_yours"},
			"an item nobody knows":    {"payoke", bad(func(n *checklist.Tick) { n.Items = []string{"be.SECRET"} }), "items", "checklist.not_yours"},
			"an item for children":    {"payoke", bad(func(n *checklist.Tick) { n.Items = []string{"be.child_guardian"} }), "items", "checklist.not_yours"},
			"of another exploitation": {"payoke", bad(func(n *checklist.Tick) { n.Items = []string{"be.organ_doctor"} }), "items", "checklist.not_yours"},
			"of a later version":      {"payoke", bad(func(n *checklist.Tick) { n.Items = []string{"be.marriage_family"} }), "items", "checklist.not_yours"},
			"no item":                 {"payoke", bad(func(n *checklist.Tick) { n.Items = nil }), "items", "checklist.nothing_chosen"},
			"tomorrow":                {"payoke", bad(func(n *checklist.Tick) { n.On = w.Today().AddDays(1) }), "on", "checklist.future"},
			"long ago":                {"payoke", bad(func(n *checklist.Tick) { n.On = "1990-05-05" }), "on", "fault.field_not_a_date"},
			"30 February":             {"payoke", bad(func(n *checklist.Tick) { n.On = "2026-02-30" }), "on", "fault.field_not_a_date"},
			"no day":                  {"payoke", bad(func(n *checklist.Tick) { n.On = "" }), "on", "fault.field_required"},
			"taken back by ticking":   {"payoke", bad(func(n *checklist.Tick) { n.State = checklist.Open }), "state", "fault.field_unknown_code"},
		} {
			err := w.Checklists.Tick(w.As(c.who), id, c.n, "")
			f, _ := fault.As(err)
			if !errors.Is(err, fault.Invalid) || len(f.Fields) == 0 || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("%s: %v", claim, err)
			}
		}
		if l := lineOf(t, w, "payoke", id, "be.safe_now"); l.State != checklist.Open || len(l.Steps) > 0 {
			t.Fatalf("something was stored: %+v", l)
		}
		for range 2 { // the same key ticks once
			if err := w.Checklists.Tick(w.As("payoke"), id, good, "one tick"); err != nil {
				t.Fatal(err)
			}
		}
		seen := lineOf(t, w, "fgp", id, "be.safe_now") // the police read the risk level
		if seen.State != checklist.Done || seen.Last.Agency != "Payoke" || seen.Last.On != w.Today() || len(seen.Steps) != 1 || seen.CanTick() {
			t.Errorf("the police see %+v", seen)
		}
		if err := tick(w, "fgp", id, "be.safe_now"); !errors.Is(err, fault.Conflict) {
			t.Errorf("ticked twice: %v", err)
		}
		if l := lineOf(t, w, "dvz", id, "be.safe_now"); l != nil { // the Immigration Office sees one fact of the risk level
			t.Errorf("who neither reads nor does it sees %+v", l)
		}
		for _, who := range []string{"cosm", "avim", "spj", "pagasa", "rsz.other", "payoke.admin"} {
			_, foreign := w.Checklists.Show(w.As(who), id)
			_, absent := w.Checklists.Show(w.As(who), gate.NewID())
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() || !errors.Is(tick(w, who, id, "be.safe_now"), fault.NotFound) {
				t.Errorf("%s: %v, %v", who, foreign, absent)
			}
		}
	})
}

// TestUndo_keepsWhatWas: a tick is taken back by the agency that made it, with a reason, and both stay to be read.
func TestUndo_keepsWhatWas(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w)
		if err := tick(w, "payoke", id, "be.safe_now"); err != nil {
			t.Fatal(err)
		}
		for claim, c := range map[string]struct {
			who, reason string
			version     int64
			kind        fault.Kind
		}{
			"another agency":      {"fgp", "not_done", 1, fault.Conflict},
			"an older page":       {"payoke", "not_done", 2, fault.Conflict},
			"no reason":           {"payoke", "", 1, fault.Invalid},
			"a reason made up":    {"payoke", "SECRET", 1, fault.Invalid},
			"who does not see it": {"dvz", "not_done", 1, fault.NotFound},
		} {
			if err := w.Checklists.Undo(w.As(c.who), id, "be.safe_now", c.reason, c.version); fault.KindOf(err) != c.kind {
				t.Errorf("%s: %v", claim, err)
			}
		}
		w.Advance(time.Hour)
		if err := w.Checklists.Undo(w.As("payoke"), id, lineOf(t, w, "payoke", id, "be.safe_now").Key, "wrong_person", 1); err != nil {
			t.Fatal(err)
		}
		l := lineOf(t, w, "fgp", id, "be.safe_now")
		if l.State != checklist.Open || l.Last != nil || len(l.Steps) != 2 || l.Steps[0].State != checklist.Done || l.Steps[1].Reason != "wrong_person" || !l.CanTick() {
			t.Errorf("taken back: %+v", l)
		}
		if err := tick(w, "fgp", id, "be.safe_now"); err != nil {
			t.Errorf("ticked by another agency afterwards: %v", err)
		}
		if err := tick(w, "payoke", id, "be.needs_assessed"); err != nil {
			t.Fatal(err)
		}
		if l := lineOf(t, w, "payoke", id, "be.safe_now"); l.State != checklist.Done || l.Last.Agency == "Payoke" || l.CanUndo(w.Person("payoke").AgencyID) {
			t.Errorf("after the police ticked: %+v", l)
		}
	})
}

// TestAsk_makesATaskThatSaysNothing: an open item becomes a task of a desk that does it, and the tick settles it.
func TestAsk_makesATaskThatSaysNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w)
		police := w.Place("be.fgp").Desks[0]
		if err := w.Checklists.Ask(w.As("fgp"), id, "be.papers_back", w.Place("be.dvz").Desks[0], ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("a desk that does not do it: %v", err)
		}
		if err := w.Checklists.Ask(w.As("payoke"), id, "be.papers_back", police, ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("who neither reads the papers nor does it: %v", err)
		}
		if err := w.Checklists.Ask(w.As("fgp"), id, "be.papers_back", w.Place("nl.police").Desks[0], ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("a desk that does not see the file: %v", err)
		}
		if err := w.Checklists.Ask(w.As("fgp"), id, "be.papers_back", police, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Checklists.Ask(w.As("fgp"), id, "be.papers_back", police, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("asked twice: %v", err)
		}
		asked := func() (open []task.Task) {
			list, err := w.Tasks.OnFile(w.As("fgp"), gate.Victim, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range list.Open {
				if one.Rule == "checklist" && one.IsOpen() {
					open = append(open, one)
				}
			}
			return open
		}
		open := asked()
		if len(open) != 1 || open[0].ToID != police || open[0].DueAt != w.Today().AddDays(14).EndOf() || !lineOf(t, w, "fgp", id, "be.papers_back").Asked {
			t.Fatalf("the task is %+v", open)
		}
		if path := notice.PathOf(open[0].Link, id, open[0].LinkID); path != "/victims/"+id+"/checklist" {
			t.Errorf("the task leads to %s", path)
		}
		if err := tick(w, "fgp", id, "be.papers_back"); err != nil || len(asked()) != 0 {
			t.Errorf("the tick leaves the task open: %v", err)
		}
		w.Advance(time.Minute)
		if err := w.Checklists.Undo(w.As("fgp"), id, "be.papers_back", "once_more", 1); err != nil {
			t.Fatal(err)
		}
		if err := w.Checklists.Ask(w.As("fgp"), id, "be.papers_back", police, ""); err != nil || len(asked()) != 1 {
			t.Errorf("asked once more: %v", err)
		}
	})
}

// TestVersion_isTheFilesOwn: a file keeps the version of the day on which it was opened until somebody takes the newest one; what was
// ticked stays to be read.
func TestVersion_isTheFilesOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w)
		if err := tick(w, "rsz", id, "be.safe_now"); err != nil {
			t.Fatal(err)
		}
		if l := show(t, w, "payoke", id).Lists[0]; l.Version != "2016-12-23" || l.Behind() || l.CanChoose {
			t.Fatalf("in March: %+v", l)
		}
		if err := w.Checklists.Choose(w.As("payoke"), id, "BE", "2026-07-15", 1); !errors.Is(err, fault.Invalid) {
			t.Errorf("a version of tomorrow: %v", err)
		}
		w.Advance(160 * 24 * time.Hour)
		later := scene(w)
		if l := show(t, w, "rsz", later).Lists[0]; l.Version != "2026-07-15" || l.Behind() {
			t.Errorf("a file of August has %s", l.Version)
		}
		l := show(t, w, "rsz", id).Lists[0]
		if l.Version != "2016-12-23" || l.Newest != "2026-07-15" || !l.CanChoose {
			t.Fatalf("the file of March moved by itself: %s", l.Version)
		}
		if err := w.Checklists.Choose(w.As("rsz"), id, "LU", "2026-07-15", 1); fault.KindOf(err) == "" {
			t.Error("another country's list was chosen")
		}
		if err := w.Checklists.Choose(w.As("rsz"), id, "BE", "2026-07-15", 1); err != nil {
			t.Fatal(err)
		}
		if err := w.Checklists.Choose(w.As("rsz"), id, "BE", "2026-07-15", 1); !errors.Is(err, fault.Conflict) {
			t.Errorf("chosen twice: %v", err)
		}
		if l := show(t, w, "rsz", id).Lists[0]; l.Version != "2026-07-15" || l.Behind() || lineOf(t, w, "rsz", id, "be.safe_now").Last.Edition != "2016-12-23" {
			t.Errorf("after the choice: %+v", l.Version)
		}
	})
}

// TestShow_ofEachCountryToItsOwn: a person known in two countries has both lists, each for those who may see it.
func TestShow_ofEachCountryToItsOwn(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w)
	w.Refer("payoke", id, "nl.shelter", "cosm", "identity", "risk_level")
	countries := func(who string) (list []string) {
		for _, l := range show(t, w, who, id).Lists {
			list = append(list, l.Country)
		}
		return list
	}
	if got := countries("cosm"); !slices.Equal(got, []string{"BE", "NL"}) {
		t.Errorf("the Dutch centre has the lists of %v", got)
	}
	if got := countries("payoke"); !slices.Equal(got, []string{"BE"}) {
		t.Errorf("before anybody ticked there the Belgian centre has %v", got)
	}
	if err := tick(w, "cosm", id, "nl.safe_now"); err != nil {
		t.Fatal(err)
	}
	if got := countries("payoke"); !slices.Equal(got, []string{"BE", "NL"}) {
		t.Errorf("the Belgian centre has the lists of %v", got)
	}
	if l := lineOf(t, w, "cosm", id, "be.images_removed"); l != nil {
		t.Error("who does not read the exploitation learns of its items")
	}
	if l := lineOf(t, w, "cosm", id, "be.wages_claimed"); l != nil {
		t.Error("who does not read the exploitation learns that it was work")
	}
	if err := tick(w, "cosm", id, "be.safe_now"); !errors.Is(err, fault.Invalid) {
		t.Errorf("a Dutch centre ticks a Belgian item: %v", err)
	}
}

// TestWords_areThereForEachItem, and no item's words stand without an item.
func TestWords_areThereForEachItem(t *testing.T) {
	book, err := rulepack.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	words, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, country := range rulepack.Countries() {
		for _, day := range []string{"2015-11-16", "2020-01-01", "2026-11-27"} {
			list, _ := book.Checklist(string(country), moment.Date(day))
			for i := range list.Items {
				codes[list.Items[i].Code()] = true
			}
		}
	}
	for code := range codes {
		for _, lang := range locale.Langs() {
			if !words.For(lang).Has("checklist.item." + code) {
				t.Errorf("%s: no words for %s", lang, code)
			}
		}
	}
	for _, key := range words.Keys() {
		if code, item := strings.CutPrefix(key, "checklist.item."); item && !codes[code] {
			t.Errorf("words for %s, which no list has", code)
		}
	}
	var catalogue []string
	for _, c := range section.CodeList("exploitation_types") {
		catalogue = append(catalogue, c.Code)
	}
	if !slices.Equal(catalogue, rulepack.Exploitations()) {
		t.Errorf("the catalogue has %v", catalogue)
	}
}

// ticked are the items whose ticks somebody's timeline tells, with what came of each, the newest first.
func ticked(t *testing.T, w *testkit.World, who, victimID string) (told []string) {
	t.Helper()
	line, err := w.Journal.Timeline(w.As(who), gate.Victim, victimID, gate.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range line.Events {
		if e.Kind == "checklist" {
			told = append(told, strings.TrimPrefix(e.Words, "checklist.event.")+" "+strings.TrimPrefix(string(e.Args["Item"].(journal.Key)), "checklist.item."))
		}
	}
	return told
}

// TestTimeline_tellsTicksToWhoSeesTheItem: the tick and its taking back, to those to whom the list itself shows them; to who neither reads the
// section nor does the item there is none, and of others' ticks in a careful section nobody learns.
func TestTimeline_tellsTicksToWhoSeesTheItem(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w)
		if err := tick(w, "payoke", id, "be.safe_now"); err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Minute)
		line := lineOf(t, w, "payoke", id, "be.safe_now")
		if err := w.Checklists.Undo(w.As("payoke"), id, "be.safe_now", "not_done", line.Own); err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Minute)
		health := ""
		view, err := w.Checklists.Show(w.As("payoke"), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range view.Lists[0].Lines {
			if l.Section == authz.Health && l.CanTick() {
				health = l.Item.Item
			}
		}
		if err := tick(w, "payoke", id, health); err != nil {
			t.Fatalf("%q: %v", health, err)
		}
		body := "done " + strings.TrimPrefix(health, "be.")
		for who, want := range map[string][]string{
			"payoke":        {body, "open safe_now", "done safe_now"},
			"fgp":           {"open safe_now", "done safe_now"},
			"dvz":           nil,
			"payoke.second": {"open safe_now", "done safe_now"}, // no care professional
		} {
			if got := ticked(t, w, who, id); !slices.Equal(got, want) {
				t.Errorf("%s is told %q, not %q", who, got, want)
			}
		}
	})
}
