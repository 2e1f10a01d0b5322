package gate_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/gate"
)

func TestMarking_saysHowFarSomethingTravels(t *testing.T) {
	for text, want := range map[string]struct{ shelter, court bool }{
		"": {true, true}, "H0": {true, true}, "H1": {true, false}, "H0;H1": {true, false}, "H2": {}, "H3": {}, "H0;H3": {},
		"tlp_clear": {true, true}, "tlp_green": {true, true}, "tlp_amber": {}, "tlp_amber_strict": {}, "tlp_red": {}, "H1;tlp_green": {true, false},
	} {
		m := gate.ParseMarking(text)
		if m.MayTravelTo(authz.RoleShelter) != want.shelter || m.MayTravelTo(authz.RoleCourt) != want.court || m.String() != text {
			t.Errorf("%q: to a shelter %v, to a court %v, written %q", text, m.MayTravelTo(authz.RoleShelter), m.MayTravelTo(authz.RoleCourt), m)
		}
	}
}

// TestMarking_theStrictestWins: what travels together never travels farther than each part alone, in whatever order it is put
// together.
func TestMarking_theStrictestWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) gate.Marking {
			m := gate.Marking{TLP: rapid.SampledFrom(append([]string{""}, gate.TLPs...)).Draw(t, name)}
			for _, code := range []string{"H0", "H1", "H2", "H3"} {
				if rapid.Bool().Draw(t, name+code) {
					m.Codes = append(m.Codes, code)
				}
			}
			return m
		}
		a, b := draw("a"), draw("b")
		both, turned := a.With(b), b.With(a)
		if both.String() != turned.String() || both.With(a).String() != both.String() || gate.ParseMarking(both.String()).String() != both.String() {
			t.Fatalf("%v and %v: %v, %v", a, b, both, turned)
		}
		for _, kind := range []authz.Role{authz.RoleShelter, authz.RoleCourt, authz.RolePolice} {
			if both.MayTravelTo(kind) != (a.MayTravelTo(kind) && b.MayTravelTo(kind)) {
				t.Fatalf("%v and %v to a %s", a, b, kind)
			}
		}
		if !slices.IsSorted(both.Codes) {
			t.Fatalf("%v is out of order", both.Codes)
		}
	})
}
