package clock

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"relais/internal/locale"
	"relais/internal/moment"
)

// refresh is how often a calendar program should ask again.
const refresh = "PT1H"

// calendarOf writes clocks as a calendar: a whole day for each last day, with the name of the rule and the agency's own reference
// of the file. Nothing in it tells of a person. Where it holds not all, a last event says so.
func calendarOf(w *locale.Words, list []Clock, more bool, now moment.Time, public string) string {
	cal := ics.NewCalendarFor("Relais")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(w.T("clock.calendar_name"))
	cal.SetRefreshInterval(refresh)
	cal.SetXPublishedTTL(refresh)
	add := func(id string, on moment.Date, summary, page string) {
		day, err := time.Parse(time.DateOnly, string(on))
		if err != nil {
			return
		}
		event := cal.AddEvent(id + "@relais")
		event.SetDtStampTime(now.Time())
		event.SetAllDayStartAt(day)
		event.SetAllDayEndAt(day.AddDate(0, 0, 1))
		event.SetSummary(summary)
		event.SetTimeTransparency(ics.TransparencyTransparent)
		event.SetClass(ics.ClassificationPrivate)
		if public != "" {
			event.SetURL(strings.TrimSuffix(public, "/") + page)
		}
	}
	for i := range list {
		c := &list[i]
		add(c.ID, c.DueOn, ruleName(w, c.Rule)+" · "+c.Reference, "/clocks/"+c.ID)
	}
	if more {
		add("more", list[len(list)-1].DueOn, w.T("clock.calendar_more"), "/clocks?box=open")
	}
	return cal.Serialize(ics.WithNewLineWindows) // RFC 5545, 3.1, on every system
}
