package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPersonsOf_countsEachOnce however many steps, on however many tracks, were taken for them.
func TestPersonsOf_countsEachOnce(t *testing.T) {
	var steps []step
	add := func(person, track, to string, in bool) { steps = append(steps, step{person, track, to, in}) }
	for _, person := range []string{"a", "b", "c", "d", "e", "f"} { // six, each with six steps
		add(person, "protection", "presumed", false)
		add(person, "criminal", "reported", true)
		add(person, "criminal", "identified", true)
		add(person, "criminal", "not_identified", true)
		add(person, "criminal", "identified", true)
		add(person, "protection", "supported", true)
	}
	for _, person := range []string{"g", "h", "i", "j", "k"} {
		add(person, "protection", "detected", true)
		add(person, "protection", "presumed", true)
		add(person, "protection", "closed", true)
	}
	add("l", "protection", "presumed", false) // of another period
	got := personsOf(steps)
	want := Persons{Number: 11, Says: []Count{{Code: "identified", Number: 6}, {Code: "presumed", Number: 5}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	add("m", "residence", "reflection", true) // one alone is not told, and cannot be found by subtraction
	got = personsOf(steps)
	want = Persons{Number: 12, Says: []Count{{Code: "identified", Number: 6}, {Code: "rest", Number: 6}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := personsOf(steps[:24]); got.Number != 0 || len(got.Says) != 0 {
		t.Errorf("four persons are told: %+v", got)
	}
	for _, one := range []struct{ steps, want string }{{"detected", "detected"}, {"not_victim", "not_victim"}, {"lost_contact", "unsaid"}} {
		var five []step
		for _, person := range []string{"a", "b", "c", "d", "e"} {
			five = append(five, step{person, "protection", one.steps, true})
		}
		if got := personsOf(five); len(got.Says) != 1 || got.Says[0] != (Count{Code: one.want, Number: 5}) {
			t.Errorf("%s: %+v", one.steps, got)
		}
	}
}

// TestJoined_takesFilesOfOnePersonTogether over chains and circles of pairs, in any order.
func TestJoined_takesFilesOfOnePersonTogether(t *testing.T) {
	for _, same := range [][]pair{{{"a", "b"}, {"b", "c"}}, {{"c", "b"}, {"a", "c"}}, {{"a", "b"}, {"b", "a"}, {"c", "a"}, {"b", "c"}}} {
		files := map[string]bool{}
		for _, s := range joined([]step{{FileID: "a"}, {FileID: "b"}, {FileID: "c"}, {FileID: "d"}}, same) {
			files[s.FileID] = true
		}
		if len(files) != 2 || !files["d"] {
			t.Errorf("%v: %v", same, files)
		}
	}
}
