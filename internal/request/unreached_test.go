package request_test

import (
	"slices"
	"testing"

	"relais/internal/gate"
	"relais/internal/journal"
)

// TestTimeline_tellsNoAccessThatWaitedForASignature: what was taken back before the last agency signed opened nothing, and nobody on the file
// reads that it did, whatever else was signed; what all have signed did.
func TestTimeline_tellsNoAccessThatWaitedForASignature(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		for _, c := range []struct {
			signers []string
			tells   bool
		}{{nil, false}, {[]string{"dvz"}, false}, {[]string{"dvz", "auditoraat"}, true}} {
			for _, key := range c.signers {
				must0(t, s.sign(s.As(key), id))
			}
			grant := s.show(s.As("rsz"), id).GrantID
			must0(t, s.Requests.End(s.As("rsz"), id, s.version(id)))
			for _, key := range []string{"rsz", "dvz", "payoke"} {
				told := slices.ContainsFunc(must(s.Journal.Timeline(s.As(key), gate.Victim, s.victimID, gate.Cursor{}))(t).Events,
					func(e journal.Event) bool {
						return (e.Kind == journal.Shared || e.Kind == journal.Unshared) && e.ID == grant
					})
				if told != c.tells {
					t.Errorf("signed by %v, then taken back: the timeline of %s tells of it: %v", c.signers, key, told)
				}
			}
			id = s.ask("payoke", "residence", "exploitation")
			must0(t, s.give(id, 1, "residence", "exploitation"))
		}
	})
}
