package consultation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/consultation"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/testkit"
)

func desk(w *testkit.World, code string) string { return w.Place(code).Desks[0] }

func good(w *testkit.World) consultation.New {
	return consultation.New{DeskID: desk(w, "be.rsz"), Ground: "prosecutor_permission", Permission: "AN.2026/17", PermittedOn: "2026-02-27",
		HeldOn: w.Today(), Aim: "integrity", Subject: "Two workers", Desks: []string{desk(w, "be.payoke"), desk(w, "be.fgp")}}
}

func called(t *testing.T, w *testkit.World) string {
	t.Helper()
	id, err := w.Consultations.Call(w.As("rsz"), good(w), "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func show(t *testing.T, w *testkit.World, who, id string) consultation.View {
	t.Helper()
	v, err := w.Consultations.Show(w.As(who), id)
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return v
}

func field(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

func TestMinutes_areReadByThoseWhoTakePart(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := called(t, w)
		if err := w.Consultations.WriteMinutes(w.As("rsz"), id, "The house is watched.", "", 1); err != nil {
			t.Fatal(err)
		}
		if err := w.Consultations.WriteMinutes(w.As("rsz.second"), id, "The house is not watched.", "amber", 2); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"rsz", "payoke", "payoke.second", "fgp"} {
			v := show(t, w, who, id)
			if v.State != consultation.Held || len(v.Minutes) != 2 || v.Minutes[0].Text != "The house is not watched." || v.Minutes[1].Text != "The house is watched." ||
				v.Minutes[1].Marking != "tlp_red" || v.Minutes[0].Marking != "tlp_amber" || v.Subject != "Two workers" || len(v.Participants) != 3 {
				t.Errorf("%s reads %+v", who, v)
			}
		}
		if err := w.Consultations.WriteMinutes(w.As("rsz"), id, "x", "", 2); !errors.Is(err, fault.Conflict) {
			t.Errorf("on minutes of before: %v", err)
		}
		if err := w.Consultations.WriteMinutes(w.As("payoke"), id, "x", "", 3); !errors.Is(err, fault.Refused) {
			t.Errorf("by another desk: %v", err)
		}
		if list, err := w.Notices.List(w.As("payoke"), notice.Open, gate.Cursor{}); err != nil || len(list.Items) != 3 || list.Items[0].Path() != "/consultations/"+id {
			t.Errorf("the shelter is told %+v, %v", list.Items, err)
		}
	})
}

func TestConsultation_opensNoFileAndHasAKeyOfItsOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
		id := called(t, w)
		if err := w.Consultations.WriteMinutes(w.As("rsz"), id, "zqminuteszq", "", 1); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"payoke", "fgp"} {
			if _, err := w.Victims.Show(w.As(who), file); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s sees the file: %v", who, err)
			}
			if lines, _, err := w.Victims.List(w.As(who), gate.Cursor{}); err != nil || len(lines) > 0 {
				t.Errorf("%s lists %v, %v", who, lines, err)
			}
		}
		err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			var plain int64
			if err := tx.Get(&plain, "SELECT COUNT(*) FROM consultation_minutes WHERE CAST(sealed AS TEXT) LIKE '%zqminutes%'", nil); w.Engine == "sqlite" && (err != nil || plain > 0) {
				t.Errorf("the minutes lie in clear: %v", err)
			}
			n, err := tx.Exec("UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE owner_id = :id", database.Args{"id": id})
			if n != 1 {
				t.Errorf("%d keys", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Consultations.Show(w.As("rsz"), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("without its key: %v", err)
		}
		if _, err := w.Victims.Show(w.As("rsz"), file); err != nil {
			t.Errorf("its key was the file's too: %v", err)
		}
	})
}

func TestConsultation_isNothingToWhoTakesNoPart(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := called(t, w)
		for _, who := range []string{"pagasa", "dvz", "cosm", "spj", "rsz.other", "fgp.other", "rsz.auditor", "payoke.admin"} {
			for name, call := range map[string]func(string) error{
				"show":    func(id string) error { _, err := w.Consultations.Show(w.As(who), id); return err },
				"minutes": func(id string) error { return w.Consultations.WriteMinutes(w.As(who), id, "x", "", 1) },
				"cancel":  func(id string) error { return w.Consultations.Cancel(w.As(who), id, 1) },
			} {
				foreign, absent := call(id), call(gate.NewID())
				if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
					t.Errorf("%s %s: foreign %v, absent %v", who, name, foreign, absent)
				}
			}
			if list, _, err := w.Consultations.List(w.As(who), gate.Cursor{}); len(list) > 0 || err != nil && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s lists %v, %v", who, list, err)
			}
		}
		if list, _, err := w.Consultations.List(w.As("fgp"), gate.Cursor{}); err != nil || len(list) != 1 || list[0].Subject != "Two workers" {
			t.Errorf("who takes part lists %v, %v", list, err)
		}
	})
}

func TestCall_namesWhatIsWrong(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for _, c := range []struct {
			field, key string
			spoil      func(*consultation.New)
		}{
			{"desk", "consultation.not_your_desk", func(n *consultation.New) { n.DeskID = desk(w, "be.payoke") }},
			{"ground", "fault.field_unknown_code", func(n *consultation.New) { n.Ground = "habit" }},
			{"permission", "fault.field_required", func(n *consultation.New) { n.Permission = "" }},
			{"permission", "consultation.permission_shape", func(n *consultation.New) { n.Permission = "Mr Janssens" }},
			{"permitted_on", "fault.field_not_a_date", func(n *consultation.New) { n.PermittedOn = "soon" }},
			{"permitted_on", "fault.field_future", func(n *consultation.New) { n.PermittedOn, n.HeldOn = "2026-04-01", "2026-04-02" }},
			{"held_on", "fault.field_not_a_date", func(n *consultation.New) { n.HeldOn = "" }},
			{"held_on", "consultation.before_permission", func(n *consultation.New) { n.HeldOn = "2026-02-26" }},
			{"aim", "fault.field_unknown_code", func(n *consultation.New) { n.Aim = "curiosity" }},
			{"subject", "fault.field_required", func(n *consultation.New) { n.Subject = " " }},
			{"subject", "fault.field_too_long", func(n *consultation.New) { n.Subject = strings.Repeat("x", 301) }},
			{"subject", "fault.field_control_characters", func(n *consultation.New) { n.Subject = "a\x00" }},
			{"participants", "consultation.nobody", func(n *consultation.New) { n.Desks = []string{n.DeskID} }},
			{"participants", "consultation.no_such_desk", func(n *consultation.New) { n.Desks = []string{gate.NewID()} }},
			{"participants", "consultation.not_bound", func(n *consultation.New) { n.Desks = []string{desk(w, "nl.shelter")} }},
		} {
			n := good(w)
			c.spoil(&n)
			if _, err := w.Consultations.Call(w.As("rsz"), n, ""); !field(err, c.field, c.key) {
				t.Errorf("%s %s: %v", c.field, c.key, err)
			}
		}
		n := good(w)
		n.DeskID = desk(w, "nl.shelter")
		if _, err := w.Consultations.Call(w.As("cosm"), n, ""); !errors.Is(err, fault.Refused) {
			t.Errorf("from another country: %v", err)
		}
		if _, err := w.Consultations.Call(w.As("rsz.other"), good(w), ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("at no desk: %v", err)
		}
		first, err := w.Consultations.Call(w.As("rsz"), good(w), "once-12345678")
		again, twice := w.Consultations.Call(w.As("rsz"), good(w), "once-12345678")
		if err != nil || twice != nil || first != again {
			t.Errorf("sent twice: %s %s, %v %v", first, again, err, twice)
		}
	})
}

func TestMinutes_comeAfterTheDayAndNotAfterACancellation(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		n := good(w)
		n.HeldOn = w.Today().AddDays(3)
		id, err := w.Consultations.Call(w.As("rsz"), n, "")
		if err != nil {
			t.Fatal(err)
		}
		write := func(text, tlp string, version int64) error {
			return w.Consultations.WriteMinutes(w.As("rsz"), id, text, tlp, version)
		}
		if err := write("x", "", 1); !field(err, "text", "consultation.not_held_yet") {
			t.Errorf("before the day: %v", err)
		}
		w.Advance(4 * 24 * time.Hour)
		if err := write("", "", 1); !field(err, "text", "fault.field_required") {
			t.Errorf("empty: %v", err)
		}
		if err := write("x", "purple", 1); !field(err, "tlp", "fault.field_unknown_code") {
			t.Errorf("an unknown light: %v", err)
		}
		if err := w.Consultations.Cancel(w.As("payoke"), id, 1); !errors.Is(err, fault.Refused) {
			t.Errorf("called off by another desk: %v", err)
		}
		if err := w.Consultations.Cancel(w.As("rsz"), id, 1); err != nil {
			t.Fatal(err)
		}
		if err := write("x", "", 2); !errors.Is(err, fault.Conflict) {
			t.Errorf("minutes of one that was called off: %v", err)
		}
		if err := w.Consultations.Cancel(w.As("rsz"), id, 2); !errors.Is(err, fault.Conflict) {
			t.Errorf("called off twice: %v", err)
		}
	})
}

// TestState_isAsDrawn drives random steps over one consultation and compares with a model of three states.
func TestState_isAsDrawn(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	rapid.Check(t, func(rt *rapid.T) {
		id, state, version, written := called(t, w), consultation.Planned, int64(1), 0
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			stale := rapid.Bool().Draw(rt, "stale")
			at := version
			if stale {
				at = version + 1
			}
			var err error
			next := state
			if rapid.Bool().Draw(rt, "write") {
				err = w.Consultations.WriteMinutes(w.As("rsz"), id, "x", "", at)
				next = consultation.Held
			} else {
				err = w.Consultations.Cancel(w.As("rsz"), id, at)
				next = consultation.Cancelled
			}
			may := state == consultation.Planned || state == consultation.Held && next == consultation.Held
			if may = may && !stale; may != (err == nil) || err != nil && !errors.Is(err, fault.Conflict) {
				rt.Fatalf("from %s to %s, stale %v: %v", state, next, stale, err)
			}
			if err == nil {
				state, version = next, version+1
				if next == consultation.Held {
					written++
				}
			}
		}
		if v := show(t, w, "fgp", id); v.State != state || v.Version != version || len(v.Minutes) != written {
			rt.Fatalf("%+v, want %s %d with %d minutes", v, state, version, written)
		}
	})
}
