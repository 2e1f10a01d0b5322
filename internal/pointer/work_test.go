package pointer_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/pointer"
)

// worked looks at a file and gives the statements that it took, in their order, and the bytes of the answer.
func (s *scene) worked(key, fileID string) (statements []string, answer string) {
	s.T.Helper()
	ctx := database.Watched(s.as(key), func(statement string) { statements = append(statements, statement) })
	view := must(s.Pointers.Probe(ctx, fileID, "identification"))(s.T)
	return statements, string(must(json.Marshal(view))(s.T))
}

// TestProbe_worksAlikeWhereNothingIsTold: how long an answer takes tells no more than what it says. A match that is not told takes the
// very statements of no match at all.
func TestProbe_worksAlikeWhereNothingIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		alike := func(why string, miss func(), hit func()) {
			t.Helper()
			miss()
			s.worked("fgp", s.lan) // what is kept in memory is read
			work, said := s.worked("fgp", s.lan)
			if len(work) < 8 || !slices.ContainsFunc(work, func(q string) bool { return strings.Contains(q, "search_token") }) {
				t.Fatalf("%s: the statements are not seen: %q", why, work)
			}
			hit()
			s.worked("fgp", s.lan)
			again, told := s.worked("fgp", s.lan)
			if told != said {
				t.Errorf("%s: %s instead of %s", why, told, said)
			}
			if !slices.Equal(again, work) {
				t.Errorf("%s: %d statements instead of %d", why, len(again), len(work))
				for i := range min(len(again), len(work)) {
					if again[i] != work[i] {
						t.Errorf("the %dth is %s\ninstead of %s", i, again[i], work[i])
						break
					}
				}
			}
		}
		var twin string
		nothing := func() {}
		alike("nobody else knows the person", nothing, nothing)
		alike("who knows takes no part", nothing, func() {
			s.decide("ghent.admin", false)
			twin = s.twin()
		})
		alike("the file is closed", func() { s.stage(twin, gate.StageClosed) }, func() {
			s.decide("ghent.admin", true)
		})
		alike("three files of agencies that take no part", func() { s.decide("ghent.admin", false) }, func() {
			s.stage(twin, "active")
			s.twin()
			s.twin()
		})
		s.decide("ghent.admin", true)
		s.Advance(2 * time.Hour) // nobody may look this often
		found := s.probe("fgp", s.lan)
		if len(found) != 1 {
			t.Fatalf("%d pointers", len(found))
		}
		alike("another file of a desk that is pointed to", nothing, func() { s.twin() })
		must0(t, s.Pointers.Mark(s.as("fgp"), found[0].ID, 1))
		work, _ := s.worked("fgp", s.lan) // another of its files is pointed to: that is a match that is told
		if told := must(s.Pointers.List(s.as("fgp"), false, gate.Cursor{}))(t).Items; len(told) != 1 || told[0].State != pointer.Open {
			t.Fatalf("%+v", told)
		}
		if again, _ := s.worked("fgp", s.lan); len(again) >= len(work) {
			t.Error("a match that is told costs nothing: the comparison is worth nothing")
		}
	})
}
