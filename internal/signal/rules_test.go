package signal

import (
	"testing"
	"time"

	"relais/internal/moment"
)

func TestExpiry_isSixCalendarMonthsInBrussels(t *testing.T) {
	for noted, last := range map[string]moment.Date{
		"2026-03-02T09:00:00Z": "2026-09-02", "2026-08-31T10:00:00Z": "2027-02-28", "2027-08-31T10:00:00Z": "2028-02-29",
		"2026-03-29T00:30:00Z": "2026-09-29", "2026-06-30T22:30:00Z": "2027-01-01", "2026-12-31T12:00:00Z": "2027-06-30",
	} {
		at, err := time.Parse(time.RFC3339, noted)
		if err != nil {
			t.Fatal(err)
		}
		if got := moment.DayOf(expiry(moment.Of(at))); got != last || expiry(moment.Of(at)) != last.EndOf() {
			t.Errorf("noted %s, it ends on %s, not on %s", noted, got, last)
		}
	}
}

func TestState_leadsOnlyOnwards(t *testing.T) {
	may := map[State][]State{Open: {Followed, Closed, Anonymised}, Closed: {Followed, Anonymised}, Followed: {Followed}}
	for _, from := range States() {
		for _, to := range States() {
			want := false
			for _, s := range may[from] {
				want = want || s == to
			}
			if from.becomes(to) != want {
				t.Errorf("%s to %s: %v", from, to, !want)
			}
		}
	}
}
