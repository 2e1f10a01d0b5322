package notice

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/moment"
)

func brussels(t testing.TB, text string) moment.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, moment.Brussels())
	if err != nil {
		t.Fatal(err)
	}
	return moment.Of(at)
}

// TestNext_holdsToTheChoice: the hand-made table, with the two nights on which the clock changes.
func TestNext_holdsToTheChoice(t *testing.T) {
	night := Choice{QuietFrom: 19, QuietUntil: 7, Hour: 8, Urgent: true}
	for _, c := range []struct {
		claim   string
		cadence Cadence
		change  func(c *Choice)
		news    string
		urgent  bool
		want    string
	}{
		{"at once by day", AtOnce, nil, "2026-03-02 10:17", false, "2026-03-02 10:17"},
		{"at once in the evening waits", AtOnce, nil, "2026-03-02 19:00", false, "2026-03-03 07:00"},
		{"the last quiet minute", AtOnce, nil, "2026-03-03 06:59", false, "2026-03-03 07:00"},
		{"the first loud one", AtOnce, nil, "2026-03-03 07:00", false, "2026-03-03 07:00"},
		{"urgent in the night", Daily, nil, "2026-03-02 23:11", true, "2026-03-02 23:11"},
		{"urgent, but sleep first", Hourly, func(c *Choice) { c.Urgent = false }, "2026-03-02 23:11", true, "2026-03-03 07:00"},
		{"hourly", Hourly, nil, "2026-03-02 10:17", false, "2026-03-02 11:00"},
		{"hourly on the hour", Hourly, nil, "2026-03-02 10:00", false, "2026-03-02 11:00"},
		{"hourly into the night", Hourly, nil, "2026-03-02 18:30", false, "2026-03-03 07:00"},
		{"daily before the hour", Daily, nil, "2026-03-02 07:59", false, "2026-03-02 08:00"},
		{"daily at the hour", Daily, nil, "2026-03-02 08:00", false, "2026-03-03 08:00"},
		{"daily in a quiet hour", Daily, func(c *Choice) { c.Hour = 22 }, "2026-03-02 12:00", false, "2026-03-03 07:00"},
		{"no quiet time", AtOnce, func(c *Choice) { c.QuietFrom, c.QuietUntil = 0, 0 }, "2026-03-02 03:00", false, "2026-03-02 03:00"},
		{"quiet by day", AtOnce, func(c *Choice) { c.QuietFrom, c.QuietUntil = 9, 17 }, "2026-03-02 10:17", false, "2026-03-02 17:00"},
		{"spring, the hour that is left out", Daily, func(c *Choice) { c.Hour, c.QuietFrom, c.QuietUntil = 2, 0, 0 }, "2026-03-28 22:00", false, "2026-03-29 03:00"},
		{"autumn, the hour that comes twice", Daily, func(c *Choice) { c.Hour, c.QuietFrom, c.QuietUntil = 2, 0, 0 }, "2026-10-25 03:00", false, "2026-10-26 02:00"},
		{"spring, through the night", AtOnce, nil, "2026-03-28 20:00", false, "2026-03-29 07:00"},
		{"autumn, through the night", AtOnce, nil, "2026-10-24 20:00", false, "2026-10-25 07:00"},
	} {
		choice := night
		choice.Cadence = c.cadence
		if c.change != nil {
			c.change(&choice)
		}
		if at, ok := choice.next(brussels(t, c.news), c.urgent); !ok || at != brussels(t, c.want) {
			t.Errorf("%s: %s, want %s", c.claim, at.Time().In(moment.Brussels()), c.want)
		}
	}
	if _, ok := (&Choice{Cadence: Never}).next(brussels(t, "2026-03-02 10:17"), true); ok {
		t.Error("never is never, however urgent")
	}
}

// TestNext_neverWakesAndNeverForgets over random choices and instants of two years.
func TestNext_neverWakesAndNeverForgets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hour := rapid.IntRange(0, 23)
		c := Choice{Cadence: rapid.SampledFrom([]Cadence{AtOnce, Hourly, Daily}).Draw(rt, "cadence"), Hour: hour.Draw(rt, "hour"),
			QuietFrom: hour.Draw(rt, "from"), QuietUntil: hour.Draw(rt, "until"), Urgent: rapid.Bool().Draw(rt, "urgent_anyway")}
		news := brussels(t, "2026-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(rt, "minutes")) * time.Minute)
		urgent := rapid.Bool().Draw(rt, "urgent")
		at, ok := c.next(news, urgent)
		wait := at.Sub(news)
		if !ok || wait < 0 || wait > 50*time.Hour {
			rt.Fatalf("%v after %v", wait, news)
		}
		if urgent && c.Urgent {
			if wait != 0 {
				rt.Fatalf("urgent, and %v", wait)
			}
			return
		}
		if c.quiet(at.Time().In(moment.Brussels()).Hour()) {
			rt.Fatalf("in quiet hours: %v", at)
		}
		if c.Cadence == Hourly && c.QuietFrom == c.QuietUntil && wait > time.Hour {
			rt.Fatalf("hourly, and %v", wait)
		}
	})
}
