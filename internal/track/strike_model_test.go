package track_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/clock"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// taken is a step that was recorded on the file on which steps are struck.
type taken struct {
	id  string
	new track.New
}

// TestStrike_anyWayLeavesTheClocksOfWhatStands goes random ways of the residence track in Belgium, striking steps in between, while days
// pass; the clocks that run are those of another file, on which only what was not struck was ever recorded.
func TestStrike_anyWayLeavesTheClocksOfWhatStands(t *testing.T) {
	testkit.Few(t, 12)
	adult := section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"}
	strikes, ran := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		w := testkit.Open(t, "sqlite") // what was granted ends after some months
		struckFile, control := scene(w, adult), scene(w, adult)
		var stand []taken
		for range rapid.IntRange(2, 9).Draw(rt, "acts") {
			w.Advance(time.Duration(rapid.IntRange(0, 8).Draw(rt, "days"))*24*time.Hour + time.Minute)
			lane := laneOf(t, w, "dvz", struckFile, "residence")
			if len(stand) > 0 && (len(lane.May) == 0 || rapid.IntRange(0, 2).Draw(rt, "strike") == 0) {
				last := stand[len(stand)-1]
				if err := w.Tracks.Strike(w.As("dvz"), struckFile, last.id, track.NewStrike{Reason: "wrong_step"}, lane.Version, ""); err != nil {
					rt.Fatalf("strike %s: %v", last.new.To, err)
				}
				stand, strikes = stand[:len(stand)-1], strikes+1
				continue
			}
			if len(lane.May) == 0 {
				continue
			}
			m := rapid.SampledFrom(lane.May).Draw(rt, "move")
			n := track.New{Track: "residence", To: m.To, On: w.Today(), Person: "adult", Document: "x", Confirmed: slices.Concat(m.Conditions...)}
			if id, err := w.Tracks.Move(w.As("dvz"), struckFile, n, lane.Version, ""); err == nil { // some conditions contradict each other
				stand = append(stand, taken{id, n})
			}
		}
		for i := range stand {
			if _, err := w.Tracks.Move(w.As("dvz"), control, stand[i].new, int64(i)+1, ""); err != nil {
				rt.Fatalf("the same step on the other file, %s: %v", stand[i].new.To, err)
			}
		}
		got, want := running(t, w, struckFile), running(t, w, control)
		if !slices.Equal(got, want) {
			rt.Fatalf("after strikes %v run, without the struck steps %v", got, want)
		}
		ran += len(want)
	})
	if strikes == 0 || ran == 0 {
		t.Errorf("%d strikes, %d clocks in the end: the walk holds nothing", strikes, ran)
	}
}

// running are the clocks of a file that run, by what the law says of them.
func running(t *testing.T, w *testkit.World, victimID string) (list []string) {
	t.Helper()
	found, err := w.Clocks.OfFile(w.As("dvz"), victimID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found.Items {
		if c.State != clock.Ended {
			list = append(list, c.Rule+" "+string(c.State)+" "+string(c.StartOn)+" "+string(c.DueOn))
		}
	}
	slices.Sort(list)
	return list
}
