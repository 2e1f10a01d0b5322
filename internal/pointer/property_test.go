package pointer_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// persons are three people of whom two share a name, and one a day of birth.
var persons = []section.Values{lan,
	{"given_names": "Thi Lan", "family_name": "Nguyen", "birth_date": "1997-06-30"},
	{"given_names": "Olena", "family_name": "Shevchenko", "birth_date": "1998-02-15"}}

// drawn is a file as the model knows it.
type drawn struct {
	id, key                   string
	person                    int
	sealed, closed, fgpIsKept bool
	country                   string
}

// TestProbe_tellsExactlyWhatBothAllow draws policies, files and what restricts them, and holds every answer against a few lines: a
// desk is named where both agencies take part and one of its files of the same country, neither sealed nor closed nor kept from
// somebody of the asking agency, is on the same person. Everything else is answered like a file on nobody.
func TestProbe_tellsExactlyWhatBothAllow(t *testing.T) {
	testkit.Few(t, 12)
	agencies := map[string]string{"ghent": "be.ghent", "rsz": "be.rsz", "dvz": "be.dvz", "payoke": "be.payoke", "avim": "nl.police"}
	keys := []string{"ghent", "rsz", "dvz", "payoke", "avim"}
	onBoth(t, func(t *testing.T, s *scene) {
		s.Keep()
		rapid.Check(t, func(rt *rapid.T) {
			s.Rewind()
			allows := map[string]bool{"ghent": true}
			for _, key := range keys {
				if rapid.Bool().Draw(rt, key+" decides") {
					allows[key] = rapid.Bool().Draw(rt, key+" allows")
					s.setting(agencies[key], allows[key])
				}
			}
			var files []drawn
			for i := range rapid.IntRange(1, 5).Draw(rt, "files") {
				f := drawn{key: rapid.SampledFrom(keys).Draw(rt, "by"), person: rapid.IntRange(0, 2).Draw(rt, "person"), country: "BE"}
				if f.key == "avim" {
					f.country = "NL"
				}
				f.id = s.file(f.key, persons[f.person])
				switch rapid.IntRange(0, 6).Draw(rt, fmt.Sprint("what restricts ", i)) {
				case 0:
					f.sealed = true
					s.seal(f.id)
				case 1:
					f.closed = true
					s.stage(f.id, gate.StageClosed)
				case 2:
					f.fgpIsKept = true
					s.exclude(f.id, s.Person("fgp.other"))
				}
				files = append(files, f)
			}
			want := map[string]bool{}
			for _, f := range files {
				if f.person == 0 && f.country == "BE" && allows[f.key] && !f.sealed && !f.closed && !f.fgpIsKept {
					want[s.agencyName(agencies[f.key])] = true
				}
			}
			view, err := s.Pointers.Probe(s.as("fgp"), s.lan, "identification")
			if err != nil {
				rt.Fatal(err)
			}
			got := map[string]bool{}
			for _, p := range view.Pointers {
				if got[p.Agency] {
					rt.Fatalf("%s is named twice", p.Agency)
				}
				got[p.Agency] = true
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Fatalf("the look names %v, the model %v", got, want)
			}
			for _, key := range keys { // the other side is told exactly where it is named
				if seen := len(s.sees(key)); (seen > 0) != got[s.agencyName(agencies[key])] {
					rt.Fatalf("%s sees %d, named %v", key, seen, got[s.agencyName(agencies[key])])
				}
			}
			for _, f := range files { // and whoever takes no part does not look either
				_, err := s.Pointers.Probe(s.as(f.key), f.id, "identification")
				if kind := fault.KindOf(err); f.country == "BE" && !allows[f.key] && kind != fault.Refused && kind != fault.NotFound {
					rt.Fatalf("%s, which takes no part, looks: %v", f.key, err)
				}
			}
		})
	})
}

func (s *scene) agencyName(code string) string {
	if code == "be.ghent" {
		return "Lokale politie Gent"
	}
	return s.Place(code).Name
}
