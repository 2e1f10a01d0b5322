package track_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "track") }

// scene is a victim file on whose team everybody is who decides in Belgium.
func scene(w *testkit.World, identity section.Values) (victimID string) {
	caseID := w.OpenCase("rsz")
	for _, agency := range []string{"be.fgp", "be.court", "be.auditoraat", "be.dvz", "be.payoke"} {
		w.AddToTeam("rsz", caseID, agency)
	}
	return w.OpenVictim("rsz", caseID, identity)
}

// reflection is what the Immigration Office records first.
var reflection = track.New{Track: "residence", To: "reflection", On: "2026-03-01", Person: "adult",
	Confirmed: []string{"third_country", "left_milieu", "in_support"}, Document: "BE-15-0001", Note: "aangevraagd door het centrum"}

func laneOf(t *testing.T, w *testkit.World, who, victimID, of string) track.Lane {
	t.Helper()
	view, _, err := w.Tracks.Show(w.As(who), victimID)
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	for _, l := range view.Lanes {
		if l.Track == of {
			return l
		}
	}
	t.Fatalf("%s sees no lane %s", who, of)
	return track.Lane{}
}

func second[T any](_ T, err error) error { return err }

// field is the name and key of what a refusal blames, with the rule that it names.
func field(err error) (name, key, rule string) {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return "", "", ""
	}
	rule, _ = f.Fields[0].Args["Rule"].(string)
	return f.Fields[0].Name, f.Fields[0].Key, rule
}

func TestMove_isForWhoDecidesAndOnlyAsTheLawHasIt(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		start := laneOf(t, w, "dvz", id, "residence")
		if start.State != "not_started" || start.Version != 1 || len(start.May) == 0 {
			t.Fatalf("%+v", start)
		}
		bad := func(change func(*track.New)) track.New {
			n := reflection
			n.Confirmed = slices.Clone(n.Confirmed)
			change(&n)
			return n
		}
		const rule = "residence:not_started>reflection"
		for claim, c := range map[string]struct {
			who             string
			new             track.New
			name, key, rule string
		}{
			"a centre does not decide":         {"payoke", reflection, "to", "track.not_decider", rule},
			"a magistrate neither":             {"auditoraat", reflection, "to", "track.not_decider", rule},
			"the police see only the status":   {"fgp", reflection, "to", "track.not_decider", rule},
			"a step that the law has not":      {"dvz", bad(func(n *track.New) { n.To = "durable" }), "to", "track.not_allowed", "residence:not_started>durable"},
			"a state that nobody knows":        {"dvz", bad(func(n *track.New) { n.To = "SECRET" }), "to", "fault.field_unknown_code", ""},
			"a track that nobody knows":        {"dvz", bad(func(n *track.New) { n.Track = "SECRET" }), "track", "fault.field_unknown_code", ""},
			"tomorrow":                         {"dvz", bad(func(n *track.New) { n.On = "2026-03-03" }), "on", "track.future", rule},
			"before the birth":                 {"dvz", bad(func(n *track.New) { n.On = "1990-05-05" }), "on", "track.before_birth", rule},
			"no day":                           {"dvz", bad(func(n *track.New) { n.On = "" }), "on", "fault.field_required", ""},
			"30 February":                      {"dvz", bad(func(n *track.New) { n.On = "2026-02-30" }), "on", "fault.field_not_a_date", ""},
			"a condition that nobody confirms": {"dvz", bad(func(n *track.New) { n.Confirmed = n.Confirmed[:2] }), "confirmed", "track.unconfirmed", rule},
		} {
			stepID, err := w.Tracks.Move(w.As(c.who), id, c.new, 1, "")
			name, key, named := field(err)
			if _, _, told := field(second(w.Tracks.Move(w.As("rsz"), id, c.new, 1, ""))); strings.Contains(told, "not_started") {
				t.Errorf("%s: an inspector is told the state: %s", claim, told)
			}
			if stepID != "" || !errors.Is(err, fault.Invalid) || name != c.name || key != c.key || c.rule != "" && named != c.rule {
				t.Errorf("%s: %v (%s)", claim, err, named)
			}
		}
		if got := laneOf(t, w, "dvz", id, "residence"); got.Version != 1 {
			t.Fatalf("something was stored: %+v", got)
		}
		stepID, err := w.Tracks.Move(w.As("dvz"), id, reflection, 1, "one step")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Tracks.Move(w.As("dvz"), id, reflection, 1, "one step"); err != nil || again != stepID {
			t.Errorf("again: %s, %v", again, err)
		}
		if _, err := w.Tracks.Move(w.As("dvz"), id, track.New{Track: "residence", To: "asylum_track", On: "2026-03-02"}, 1, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("who began with an older version: %v", err)
		}
		if _, err := w.Tracks.Move(w.As("dvz"), id, track.New{Track: "residence", To: "asylum_track", On: "2026-02-28"}, 2, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("before the last step: %v", err)
		}
		lane := laneOf(t, w, "payoke", id, "residence")
		last := lane.Steps[len(lane.Steps)-1]
		if lane.State != "reflection" || lane.Since != "2026-03-01" || last.Authority != "migration" || last.Agency != "Dienst Vreemdelingenzaken" ||
			last.Document != "BE-15-0001" || last.Note == "" || last.Basis == "" || last.Rule != rule || last.Pack == "" {
			t.Errorf("the centre sees %+v", lane)
		}
	})
}

// TestShow_tellsNoMoreThanTheMatrix.
func TestShow_tellsNoMoreThanTheMatrix(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "citizenships": "VN", "age_status": "adult"})
	for _, m := range []struct {
		who string
		new track.New
	}{
		{"dvz", reflection}, {"fgp", track.New{Track: "criminal", To: "reported", On: "2026-03-01", Document: "PV 1"}},
		{"payoke", track.New{Track: "protection", To: "supported", On: "2026-03-01"}},
		{"payoke", track.New{Track: "remedy", To: "claim_prepared", On: "2026-03-01"}},
	} {
		version := laneOf(t, w, m.who, id, m.new.Track).Version
		if _, err := w.Tracks.Move(w.As(m.who), id, m.new, version, ""); err != nil {
			t.Fatalf("%s: %v", m.who, err)
		}
	}
	for who, want := range map[string][4]string{ // protection, residence, criminal, remedy
		"payoke": {"supported", "reflection", "open", "claim_prepared"}, "dvz": {"in_care", "reflection", "open", ""},
		"fgp": {"supported", "reflection", "reported", ""}, "auditoraat": {"supported", "reflection", "reported", "claim_prepared"},
		"rsz": {"in_care", "", "", ""}, "court": {"supported", "reflection", "reported", "claim_prepared"},
	} {
		for i, of := range rulepack.Tracks() {
			lane := laneOf(t, w, who, id, of)
			if lane.State != want[i] || lane.Show != authz.Full && len(lane.Steps)+len(lane.Moves) > 0 {
				t.Errorf("%s sees of %s %q %v", who, of, lane.State, lane.Steps)
			}
		}
	}
	view, _, err := w.Tracks.Show(w.As("dvz"), id)
	if err != nil || !view.NoRemoval {
		t.Errorf("the Immigration Office is not told that nobody may be removed: %v", err)
	}
	for _, who := range []string{"cosm", "avim", "spj", "pagasa", "rsz.other", "payoke.admin", "rsz.auditor"} {
		_, _, foreign := w.Tracks.Show(w.As(who), id)
		_, _, absent := w.Tracks.Show(w.As(who), gate.NewID())
		_, moved := w.Tracks.Move(w.As(who), id, reflection, 2, "")
		if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() || !errors.Is(moved, fault.NotFound) {
			t.Errorf("%s: %v, %v, %v", who, foreign, absent, moved)
		}
	}
}
