package exchange_test

import (
	"testing"

	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestExport_ofOneKeyLeavesOnce repeats a request: what left is one export, and the repeat holds its number and nothing else.
func TestExport_ofOneKeyLeavesOnce(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		want := wanted(exchange.JSON, "labour")
		want.Once = "key-12345678"
		first, again := s.take("rsz", want), s.take("rsz", want)
		if first.Again || len(first.Sections) == 0 || !again.Again || again.Number != first.Number || len(again.Sections) != 0 {
			t.Errorf("first %t %s, again %t %s with %d sections", first.Again, first.Number, again.Again, again.Number, len(again.Sections))
		}
		want.Recipient = "Somebody else"
		if _, err := s.Exchange.Export(s.As("rsz"), gate.Victim, s.victimID, want); fault.KindOf(err) != fault.Conflict {
			t.Errorf("another content under the key: %v", err)
		}
	})
}
