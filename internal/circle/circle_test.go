package circle_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func desk(w *testkit.World, code string) string { return w.Place(code).Desks[0] }

// ring is a circle of the inspectorate with the police and the shelter.
func ring(t *testing.T, w *testkit.World) string {
	t.Helper()
	id, err := w.Circles.Create(w.As("rsz"), circle.New{Name: "Cel Haven", DeskID: desk(w, "be.rsz"), Purpose: "protection",
		Desks: []string{desk(w, "be.fgp"), desk(w, "be.payoke")}}, "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func shareOf(circleID string, sections ...string) circle.NewShare {
	return circle.NewShare{CircleID: circleID, Sections: sections, Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}
}

func show(t *testing.T, w *testkit.World, who, id string) circle.View {
	t.Helper()
	v, err := w.Circles.Show(w.As(who), id)
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return v
}

func memberOf(t *testing.T, w *testkit.World, id, code string) string {
	t.Helper()
	for _, m := range show(t, w, "rsz", id).Members {
		if m.DeskID == desk(w, code) {
			return m.ID
		}
	}
	t.Fatalf("%s is not in the circle", code)
	return ""
}

func sees(w *testkit.World, who, victimID string) bool {
	_, err := w.Victims.Show(w.As(who), victimID)
	return err == nil
}

func victim(w *testkit.World) string {
	return w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
}

func TestShare_opensTheFileToEachDeskAsFarAsItMay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		share, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity", "labour"), "once-12345678")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity", "labour"), "once-12345678"); err != nil || again != share {
			t.Errorf("sent twice: %s, %v", again, err)
		}
		for who, want := range map[string]bool{"rsz": true, "fgp": true, "payoke": true, "pagasa": false, "dvz": false, "cosm": false, "fgp.other": false} {
			if sees(w, who, file) != want {
				t.Errorf("%s sees it: %v", who, !want)
			}
		}
		if !w.SectionOf("fgp", file, authz.Identity).OthersOpen || w.SectionOf("fgp", file, authz.Exploitation).OthersOpen {
			t.Error("the police do not see just what was shared")
		}
		if v := show(t, w, "payoke", id); len(v.Shares) != 1 || v.Shares[0].Reference == "" || v.Shares[0].Mine || v.Name != "Cel Haven" || v.Owned {
			t.Errorf("the shelter's view: %+v", v)
		}
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); !field(err, "circle", "circle.already_shared") {
			t.Errorf("a second time: %v", err)
		}
		if n, err := w.Notices.List(w.As("payoke"), notice.Open, gate.Cursor{}); err != nil || len(n.Items) != 2 {
			t.Errorf("the shelter is told %+v, %v", n.Items, err)
		}
	})
}

func field(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

func TestCircle_isNothingToWhoIsOutside(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		w.AddToTeam("rsz", w.OpenCase("rsz"), "be.pagasa")
		member := memberOf(t, w, id, "be.fgp")
		for _, who := range []string{"pagasa", "cosm", "spj", "dvz", "rsz.other", "fgp.other", "payoke.admin", "payoke.auditor"} {
			for name, call := range map[string]func(string) error{
				"show":   func(id string) error { _, err := w.Circles.Show(w.As(who), id); return err },
				"effect": func(id string) error { _, err := w.Circles.Effect(w.As(who), id, "", ""); return err },
				"join": func(id string) error {
					_, err := w.Circles.Join(w.As(who), id, desk(w, "be.dvz"), false, 1)
					return err
				},
				"leave": func(id string) error { return w.Circles.Leave(w.As(who), id, member, 1) },
				"close": func(id string) error { return w.Circles.Close(w.As(who), id, 1) },
			} {
				foreign, absent := call(id), call(gate.NewID())
				if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
					t.Errorf("%s %s: foreign %v, absent %v", who, name, foreign, absent)
				}
			}
			if list, _, _, err := w.Circles.List(w.As(who), gate.Cursor{}); len(list) > 0 || err != nil && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s lists %v, %v", who, list, err)
			}
		}
		own := w.OpenVictim("fgp", w.OpenCase("fgp"), nil)
		outside, err := w.Circles.Create(w.As("fgp"), circle.New{Name: "x", DeskID: desk(w, "be.fgp"), Purpose: "protection", Desks: []string{desk(w, "be.dvz")}}, "")
		if err != nil {
			t.Fatal(err)
		}
		_, foreign := w.Circles.Share(w.As("rsz"), file, shareOf(outside, "identity"), "")
		_, absent := w.Circles.Share(w.As("rsz"), file, shareOf(gate.NewID(), "identity"), "")
		if !field(foreign, "circle", "circle.no_such_circle") || foreign.Error() != absent.Error() {
			t.Errorf("sharing with a foreign circle: %v, with none: %v", foreign, absent)
		}
		if _, err := w.Circles.Share(w.As("rsz"), own, shareOf(id, "identity"), ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("sharing a foreign file: %v", err)
		}
	})
}

func TestJoin_saysItsEffectAndAsksAboutOldFiles(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, files := ring(t, w), []string{victim(w), victim(w)}
		for _, file := range files {
			if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); err != nil {
				t.Fatal(err)
			}
		}
		theirs := w.OpenVictim("payoke", w.OpenCase("payoke"), nil)
		if _, err := w.Circles.Share(w.As("payoke"), theirs, shareOf(id, "identity"), ""); err != nil {
			t.Fatal(err)
		}
		e, err := w.Circles.Effect(w.As("rsz"), id, desk(w, "be.dvz"), "")
		if err != nil || e.Opens != 2 || e.Asks != 1 || e.Ends != 0 {
			t.Fatalf("%+v, %v", e, err)
		}
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "be.dvz"), true, e.Version); err != nil {
			t.Fatal(err)
		}
		if !sees(w, "dvz", files[0]) || !sees(w, "dvz", files[1]) || sees(w, "dvz", theirs) {
			t.Error("the new desk does not see the old files of the agency that asked it in, or sees those of others")
		}
		if n, _ := w.Notices.List(w.As("payoke"), notice.Open, gate.Cursor{}); !slices.ContainsFunc(n.Items, func(n notice.Notice) bool { return n.Code == "circle_old_files" && n.FileID == theirs }) {
			t.Errorf("the shelter is not asked: %+v", n.Items)
		}
		e, _ = w.Circles.Effect(w.As("rsz"), id, desk(w, "be.pagasa"), "")
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "be.pagasa"), false, e.Version); err != nil || sees(w, "pagasa", files[0]) {
			t.Errorf("a desk that joined without the old files: %v", err)
		}
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "nl.shelter"), false, e.Version); !errors.Is(err, fault.Conflict) {
			t.Errorf("on an effect of before: %v", err)
		}
		for deskID, key := range map[string]string{desk(w, "be.dvz"): "circle.already_member", gate.NewID(): "circle.no_such_desk"} {
			if _, err := w.Circles.Effect(w.As("rsz"), id, deskID, ""); !field(err, "desk", key) {
				t.Errorf("%s: %v", key, err)
			}
		}
	})
}

func TestLeave_endsWhatTheDeskSawByTheCircle(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file, other := ring(t, w), victim(w), victim(w)
		for _, f := range []string{file, other} {
			if _, err := w.Circles.Share(w.As("rsz"), f, shareOf(id, "identity"), ""); err != nil {
				t.Fatal(err)
			}
		}
		w.Refer("rsz", other, "be.fgp", "fgp", "identity") // seen by a referral too
		member := memberOf(t, w, id, "be.fgp")
		e, err := w.Circles.Effect(w.As("fgp"), id, "", member)
		if err != nil || e.Ends != 2 {
			t.Fatalf("%+v, %v", e, err)
		}
		if err := w.Circles.Leave(w.As("payoke"), id, member, e.Version); !errors.Is(err, fault.Refused) {
			t.Errorf("somebody else takes it out: %v", err)
		}
		if err := w.Circles.Leave(w.As("fgp"), id, member, e.Version); err != nil {
			t.Fatal(err)
		}
		if sees(w, "fgp", file) || !sees(w, "fgp", other) || !sees(w, "payoke", file) {
			t.Error("leaving ended too much or too little")
		}
		if _, err := w.Circles.Show(w.As("fgp"), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("the circle is still there for who left: %v", err)
		}
		if err := w.Circles.Leave(w.As("rsz"), id, memberOf(t, w, id, "be.rsz"), e.Version+1); !errors.Is(err, fault.Refused) {
			t.Errorf("the owner's desk leaves: %v", err)
		}
	})
}

func TestClose_endsEverythingAndTheEndDoesToo(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); err != nil {
			t.Fatal(err)
		}
		e, err := w.Circles.Effect(w.As("rsz"), id, "", "")
		if err != nil || e.Ends != 1 {
			t.Fatalf("%+v, %v", e, err)
		}
		if err := w.Circles.Close(w.As("fgp"), id, e.Version); !errors.Is(err, fault.Refused) {
			t.Errorf("a member closes it: %v", err)
		}
		if err := w.Circles.Close(w.As("rsz"), id, e.Version); err != nil || sees(w, "fgp", file) || !sees(w, "rsz", file) {
			t.Errorf("closed: %v", err)
		}
		if err := w.Circles.Close(w.As("rsz"), id, e.Version+1); !errors.Is(err, fault.Conflict) {
			t.Errorf("closed twice: %v", err)
		}
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); !field(err, "circle", "circle.no_such_circle") {
			t.Errorf("shared with a closed one: %v", err)
		}
		short, err := w.Circles.Create(w.As("rsz"), circle.New{Name: "Kort", DeskID: desk(w, "be.rsz"), Purpose: "protection", Until: w.Today().AddDays(2),
			Desks: []string{desk(w, "be.fgp")}}, "")
		if err == nil {
			_, err = w.Circles.Share(w.As("rsz"), file, shareOf(short, "identity"), "")
		}
		if err != nil || !sees(w, "fgp", file) {
			t.Fatal(err)
		}
		w.Advance(4 * 24 * time.Hour)
		if sees(w, "fgp", file) {
			t.Error("what was shared outlives the circle")
		}
		if _, err := w.Circles.Effect(w.As("rsz"), short, desk(w, "be.dvz"), ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("a change after the end: %v", err)
		}
	})
}

func TestEndShare_takesTheFileBack(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		share, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Circles.EndShare(w.As("fgp"), id, share, 1); !errors.Is(err, fault.NotFound) {
			t.Errorf("by somebody else: %v", err)
		}
		if err := w.Circles.EndShare(w.As("rsz"), id, share, 7); !errors.Is(err, fault.Conflict) {
			t.Errorf("on another version: %v", err)
		}
		if err := w.Circles.EndShare(w.As("rsz.second"), id, share, 1); err != nil || sees(w, "fgp", file) || sees(w, "payoke", file) {
			t.Errorf("taken back: %v", err)
		}
		if _, err := w.Circles.Share(w.As("rsz"), file, shareOf(id, "identity"), ""); err != nil || !sees(w, "fgp", file) {
			t.Errorf("shared again: %v", err)
		}
	})
}

func TestBadInput_isNamedFieldByField(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		good := func() circle.New {
			return circle.New{Name: "Cel", DeskID: desk(w, "be.rsz"), Purpose: "protection", Desks: []string{desk(w, "be.fgp")}}
		}
		for _, c := range []struct {
			field, key string
			spoil      func(*circle.New)
		}{
			{"name", "fault.field_required", func(n *circle.New) { n.Name = "  " }},
			{"name", "fault.field_control_characters", func(n *circle.New) { n.Name = "a\x00b" }},
			{"name", "fault.field_too_long", func(n *circle.New) { n.Name = string(make81()) }},
			{"desk", "circle.not_your_desk", func(n *circle.New) { n.DeskID = desk(w, "be.fgp") }},
			{"purpose", "gate.no_purpose", func(n *circle.New) { n.Purpose = "gossip" }},
			{"until", "sharing.until_past", func(n *circle.New) { n.Until = "2026-01-01" }},
			{"until", "sharing.until_too_late", func(n *circle.New) { n.Until = "2031-01-01" }},
			{"until", "fault.field_not_a_date", func(n *circle.New) { n.Until = "tomorrow" }},
			{"members", "circle.nobody", func(n *circle.New) { n.Desks = nil }},
			{"members", "circle.nobody", func(n *circle.New) { n.Desks = []string{n.DeskID} }},
			{"members", "circle.no_such_desk", func(n *circle.New) { n.Desks = []string{gate.NewID()} }},
		} {
			n := good()
			c.spoil(&n)
			if _, err := w.Circles.Create(w.As("rsz"), n, ""); !field(err, c.field, c.key) {
				t.Errorf("%s %s: %v", c.field, c.key, err)
			}
		}
		for _, who := range []string{"rsz.other", "rsz.auditor", "payoke.admin"} {
			if _, err := w.Circles.Create(w.As(who), good(), ""); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s makes a circle: %v", who, err)
			}
		}
		id, file := ring(t, w), victim(w)
		for _, c := range []struct {
			field string
			spoil func(*circle.NewShare)
		}{
			{"sections", func(n *circle.NewShare) { n.Sections = nil }},
			{"sections", func(n *circle.NewShare) { n.Sections = []string{"shelter_location"} }},
			{"sections", func(n *circle.NewShare) { n.Sections = []string{"support_plan"} }},
			{"purpose", func(n *circle.NewShare) { n.Purpose = "" }},
			{"basis", func(n *circle.NewShare) { n.Basis = "because" }},
			{"until", func(n *circle.NewShare) { n.Until = "2026-02-30" }},
		} {
			n := shareOf(id, "identity")
			c.spoil(&n)
			_, err := w.Circles.Share(w.As("rsz"), file, n, "")
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == c.field }) {
				t.Errorf("%s: %v", c.field, err)
			}
		}
		if sees(w, "fgp", file) {
			t.Error("a refused share opened the file")
		}
	})
}

func make81() []rune {
	text := make([]rune, 81)
	for i := range text {
		text[i] = 'é'
	}
	return text
}
