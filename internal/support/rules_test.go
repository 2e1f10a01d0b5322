package support

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/moment"
	"relais/internal/section"
)

func TestMoves_goWhereTheyMay(t *testing.T) {
	allowed := map[State]string{Open: "open asked given met dropped", Asked: "asked given open met dropped", Given: "given met open dropped",
		Met: "open", Dropped: "open"}
	for _, from := range States() {
		for _, to := range States() {
			want := slices.Contains(splitWords(allowed[from]), string(to))
			if got := from.becomes(to); got != want {
				t.Errorf("%s to %s: %v, want %v", from, to, got, want)
			}
		}
		if from.done() != (len(outcomes[from]) > 0) {
			t.Errorf("%s: an end and its outcomes do not agree", from)
		}
	}
	known := map[string]bool{}
	for _, c := range section.CodeList("plan_outcome") {
		known[c.Code] = true
	}
	for state, codes := range outcomes {
		for _, code := range codes {
			if !known[code] {
				t.Errorf("%s ends with %s, which the catalogue does not know", state, code)
			}
		}
	}
}

func splitWords(text string) (words []string) {
	for _, s := range States() {
		for i := 0; i+len(s) <= len(text); i++ {
			if text[i:i+len(s)] == string(s) {
				words = append(words, string(s))
				break
			}
		}
	}
	return words
}

func TestWeigh_showsTheHigherAndWhoDiffers(t *testing.T) {
	police := Assessment{AgencyID: "p", Kind: authz.RolePolice, Level: "low", On: "2026-03-01", Review: "2026-06-01"}
	shelter := Assessment{AgencyID: "s", Kind: authz.RoleShelter, Level: "very_high", On: "2026-02-01", Review: "2026-05-01"}
	r := weigh([]Assessment{shelter, police})
	if r.Highest != "very_high" || !r.Differ || r.Review != "2026-05-01" || len(r.Rows) != 2 || r.Rows[0].AgencyID != "p" {
		t.Errorf("%+v", r)
	}
	shelter.On, shelter.Level = "2026-03-02", "low"
	if r = weigh([]Assessment{{AgencyID: "s", Kind: authz.RoleShelter, Level: "very_high", On: "2026-02-01"}, police, shelter}); r.Highest != "low" || r.Differ {
		t.Errorf("the newest of an agency counts: %+v", r)
	}
	if r = weigh(nil); r.Highest != "" || r.Differ || r.has(authz.RolePolice) {
		t.Errorf("nobody has assessed: %+v", r)
	}
}

// TestWeigh_neverFallsWithOneMoreAgency: what another agency says can raise the risk that is shown, never lower it.
func TestWeigh_neverFallsWithOneMoreAgency(t *testing.T) {
	levels := []string{"low", "medium", "high", "very_high"}
	rapid.Check(t, func(t *rapid.T) {
		var all []Assessment
		for i := range rapid.IntRange(0, 6).Draw(t, "agencies") {
			all = append(all, Assessment{AgencyID: string(rune('a' + i)), Level: rapid.SampledFrom(levels).Draw(t, "level"),
				On: moment.Date("2026-03-01").AddDays(rapid.IntRange(0, 9).Draw(t, "day"))})
		}
		before := weigh(all)
		after := weigh(append(all, Assessment{AgencyID: "new", Level: rapid.SampledFrom(levels).Draw(t, "more"), On: "2026-03-05"}))
		if place(after.Highest) < place(before.Highest) {
			t.Fatalf("%s fell to %s", before.Highest, after.Highest)
		}
		for _, a := range after.Rows {
			if place(a.Level) > place(after.Highest) {
				t.Fatalf("%s is above %s", a.Level, after.Highest)
			}
		}
	})
}
