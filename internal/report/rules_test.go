package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestFold_tellsNothingOfFewerThanFive, not even by subtraction from the number.
func TestFold_tellsNothingOfFewerThanFive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		counts := rapid.MapOf(rapid.StringMatching(`[a-z]{1,3}`), rapid.IntRange(1, 12)).Draw(rt, "counts")
		sum, told := 0, 0
		for _, n := range counts {
			sum += n
		}
		for _, c := range fold(counts) {
			told += c.Number
			if c.Number < Fewest && sum >= Fewest || c.Code != rest && c.Number != counts[c.Code] {
				rt.Fatalf("%v is told as %v", counts, c)
			}
		}
		if told != sum {
			rt.Fatalf("%v add up to %d, and %d are told", counts, sum, told)
		}
	})
}

// TestHideFew_hidesEnoughThatNothingIsFoundBySubtraction from the total of another table.
func TestHideFew_hidesEnoughThatNothingIsFoundBySubtraction(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(1, 12), 1, 8).Draw(rt, "numbers")
		lines := make([]SignalLine, len(numbers))
		for i, n := range numbers {
			lines[i] = SignalLine{Number: n}
		}
		sum, shown := 0, 0
		for i, line := range hideFew(lines) {
			sum, shown = sum+numbers[i], shown+line.Number
			if line.Number != 0 && line.Number < Fewest {
				rt.Fatalf("%v shows %d", numbers, line.Number)
			}
		}
		if hidden := sum - shown; shown > 0 && hidden > 0 && hidden < Fewest {
			rt.Fatalf("of %v, %d are hidden", numbers, hidden)
		}
	})
}

func TestTimesOf_takesNearestRanks(t *testing.T) {
	var took []time.Duration
	for n := range 10 {
		if got := timesOf(took); (got == nil) != (n < Fewest) {
			t.Errorf("of %d: %v", n, got)
		}
		took = append(took, time.Duration(n+1)*time.Hour)
	}
	if got := timesOf(took); got.Median != 5*time.Hour || got.P90 != 9*time.Hour || got.Number != 10 {
		t.Errorf("of 1 to 10 hours: %+v", got)
	}
}
