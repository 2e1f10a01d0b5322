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
// of the file. Nothing in it tells of a person.
func calendarOf(w *locale.Words, list []Clock, now moment.Time, public string) string {
	cal := ics.NewCalendarFor("Relais")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(w.T("clock.calendar_name"))
	cal.SetRefreshInterval(refresh)
	cal.SetXPublishedTTL(refresh)
	for i := range list {
		c := &list[i]
		day, err := time.Parse(time.DateOnly, string(c.DueOn))
		if err != nil {
			continue
		}
		event := cal.AddEvent(c.ID + "@relais")
		event.SetDtStampTime(now.Time())
		event.SetAllDayStartAt(day)
		event.SetAllDayEndAt(day.AddDate(0, 0, 1))
		event.SetSummary(ruleName(w, c.Rule) + " · " + c.Reference)
		event.SetTimeTransparency(ics.TransparencyTransparent)
		event.SetClass(ics.ClassificationPrivate)
		if public != "" {
			event.SetURL(strings.TrimSuffix(public, "/") + "/clocks/" + c.ID)
		}
	}
	return cal.Serialize()
}
