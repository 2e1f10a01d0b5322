package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/moment"
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
	if got := timesOf(took); got.Median != 5*time.Hour || got.P90 != 9*time.Hour {
		t.Errorf("of 1 to 10 hours: %+v", got)
	}
}

// TestPeriods_neverOverlap, whenever they are asked for: there is no number that two of them tell of the same day, and so none that
// one tells less the other.
func TestPeriods_neverOverlap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := moment.Of(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 4*365*24*60).Draw(rt, "minute")) * time.Minute))
		var all []Period
		for year := 2022; year <= 2029; year++ {
			for quarter := range 6 {
				if p, err := newPeriod(fmt.Sprintf("%d-Q%d", year, quarter), now); err == nil {
					all = append(all, p)
				}
			}
			for month := range 13 {
				if p, err := newPeriod(fmt.Sprintf("%d-%02d", year, month), now); err == nil {
					rt.Fatalf("a month is a period: %+v", p)
				}
			}
		}
		running, err := newPeriod("", now)
		if err != nil || len(all) < 9 || all[len(all)-1] != running || running.since > now || running.end <= now || running.Until != string(moment.DayOf(now)) {
			rt.Fatalf("at %v: the running one is %+v, %v; the last %+v", now, running, err, all[len(all)-1])
		}
		for i := range all[1:] {
			if all[i].end != all[i+1].since || moment.DayOf(all[i].end-1) != moment.Date(all[i].Until) {
				rt.Fatalf("%+v and %+v", all[i], all[i+1])
			}
		}
	})
}

// TestSignalTables_tellNothingOfFewerThanFive: the three tables of a quarter share their total and nothing else, since one alone
// tells what came of them; and what a table hides of the total is none or at least five.
func TestSignalTables_tellNothingOfFewerThanFive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) signal {
			pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(rt, of[0]) }
			return signal{Month: pick("2026-01", "2026-02", "2026-03"), Discipline: pick("shelter", "police"), Exploitation: pick("forced_labour", "sexual", "begging"),
				State: pick("open", "followed", "closed", "anonymised"), Passed: rapid.Bool().Draw(rt, "passed")}
		}), 1, 60).Draw(rt, "signals")
		tells := 0
		for _, table := range signalTables(list) {
			shown, came := 0, false
			for _, line := range table.Lines {
				shown += line.Number
				came = came || len(line.Ends) > 0 || line.Passed > 0
				few := func(n int) bool { return n > 0 && n < Fewest }
				if few(line.Number) || few(line.Passed) || line.Passed > 0 && few(line.Number-line.Passed) ||
					slices.ContainsFunc(line.Ends, func(c Count) bool { return few(c.Number) }) {
					rt.Fatalf("by %s: %+v", table.By, line)
				}
			}
			if hidden := len(list) - shown; shown > 0 && hidden > 0 && hidden < Fewest {
				rt.Fatalf("by %s, %d are hidden", table.By, hidden)
			}
			if came {
				tells++
			}
		}
		if tells > 1 {
			rt.Fatalf("%d tables tell what came of them", tells)
		}
	})
}
