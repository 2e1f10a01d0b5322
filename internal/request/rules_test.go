package request

import (
	"testing"

	"pgregory.net/rapid"
)

func TestState_becomesOnlyWhatFollows(t *testing.T) {
	follows := map[State][]State{Asked: {Granted, Refused, Withdrawn, Expired}, Granted: {Ended, Refused}}
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

func TestState_endsAfterTwoStepsAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, steps := Asked, 0
		for _, next := range rapid.SliceOf(rapid.SampledFrom(States())).Draw(t, "tries") {
			if state.becomes(next) {
				state = next
				steps++
			}
		}
		if steps > 2 || state == Asked && steps > 0 {
			t.Fatalf("%s after %d steps", state, steps)
		}
	})
}

func TestReasons_areDistinct(t *testing.T) {
	for _, list := range [][]string{Reasons, RefuseReasons} {
		seen := map[string]bool{}
		for _, code := range list {
			if seen[code] {
				t.Errorf("%s stands there twice", code)
			}
			seen[code] = true
		}
	}
}
