package emergency

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/moment"
)

func TestState_becomesOnlyWhatFollows(t *testing.T) {
	follows := map[State][]State{Opened: {Confirmed, Lapsed, Ended}, Confirmed: {Ended}}
	for _, from := range States() {
		for _, to := range States() {
			want := false
			for _, next := range follows[from] {
				want = want || next == to
			}
			if from.becomes(to) != want {
				t.Errorf("%s becomes %s: %v", from, to, !want)
			}
		}
	}
}

// TestStands_neverOpensAgain draws instants: what has closed by the clock stays closed, whatever any job has marked.
func TestStands_neverOpensAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opened := moment.Time(rapid.Int64Range(1, 1<<40).Draw(t, "opened"))
		e := Emergency{State: rapid.SampledFrom(States()).Draw(t, "state"), OpenedAt: opened, ClosesAt: opened.Add(ConfirmWithin), UntilAt: opened.Add(Lasts)}
		running := func(at moment.Time) bool { stand := e.Stands(at); return stand == Opened || stand == Confirmed }
		early := opened.Add(rapid.Custom(drawWait).Draw(t, "early"))
		late := early.Add(rapid.Custom(drawWait).Draw(t, "later"))
		if !running(early) && running(late) {
			t.Fatalf("closed at %d and open at %d", early, late)
		}
		if running(opened.Add(Lasts)) || e.State == Opened && running(opened.Add(ConfirmWithin)) {
			t.Fatal("open after its time")
		}
	})
}

func drawWait(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(2*Lasts)).Draw(t, "wait"))
}
