package clock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/testkit"
)

// TestCalendar_showsWhatItsOwnerMaySeeNow reads calendars by their addresses, until access, desk or address are gone.
func TestCalendar_showsWhatItsOwnerMaySeeNow(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := sceneIn(t, w)
	id := s.start("dvz", "be.reflection", w.Today())
	site := w.Serve(t)
	read := func(token string) string {
		a := site.Nobody().Get("/calendar/" + token + ".ics").Want(http.StatusOK)
		if kind := a.Header.Get("Content-Type"); kind != "text/calendar; charset=utf-8" {
			t.Errorf("a calendar comes as %s", kind)
		}
		return strings.ReplaceAll(string(a.Body), "\r\n ", "")
	}
	feed := func(key, desk string) clock.NewFeed { return must(w.Clocks.AddFeed(w.As(key), desk, ""))(t) }
	own, desk, police, other := feed("payoke", ""), feed("payoke", w.Place("be.payoke").Desks[0]), feed("fgp", ""), feed("pagasa", "")
	reference := s.show("payoke", id).Reference
	for _, token := range []string{own.Token, desk.Token} {
		text := read(token)
		for _, want := range []string{"BEGIN:VCALENDAR", "DTSTART;VALUE=DATE:20260416", "DTEND;VALUE=DATE:20260417", "SUMMARY:Reflectieperiode (België) · " + reference, "CLASS:PRIVATE"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		if strings.Contains(text, "Haddad") || strings.Contains(text, "1998") || strings.Contains(text, s.victimID) {
			t.Errorf("a calendar tells of a person: %s", text)
		}
	}
	if text := read(police.Token); !strings.Contains(text, "20260416") || strings.Contains(text, reference) {
		t.Errorf("the police, by their own reference: %s", text)
	}
	if text := read(other.Token); strings.Contains(text, "VEVENT") {
		t.Errorf("a stranger's calendar: %s", text)
	}
	absent := site.Nobody().Get("/calendar/" + strings.Repeat("A", 43) + ".ics").Want(http.StatusNotFound)
	_, err := w.Clocks.AddFeed(w.As("payoke"), w.Place("be.pagasa").Desks[0], "")
	s.wants(err, fault.Invalid, "clock.not_your_desk", "a feed of another's desk")
	s.wants(w.Clocks.RevokeFeed(w.As("payoke.second"), own.ID), fault.NotFound, "gate.not_found", "a colleague revokes")
	if err := w.Clocks.RevokeFeed(w.As("payoke"), own.ID); err != nil {
		t.Fatal(err)
	}
	s.wants(w.Clocks.RevokeFeed(w.As("payoke"), own.ID), fault.NotFound, "gate.not_found", "revoked twice")
	if err := w.Agencies.Retire(w.AsProgram(), w.Person("fgp").AgencyID, w.Person("fgp").ID); err != nil {
		t.Fatal(err)
	}
	for what, token := range map[string]string{"revoked": own.Token, "of somebody who left": police.Token, "malformed": "..%2F", "too short": own.Token[:42]} {
		if a := site.Nobody().Get("/calendar/" + token).Want(http.StatusNotFound); strings.Contains(what, "re") && len(a.Body) != len(absent.Body) {
			t.Errorf("%s: another answer than for one that never was", what)
		}
	}
	if err := w.Clocks.End(w.As("payoke"), id, 1, w.Today(), "support_left"); err != nil {
		t.Fatal(err)
	}
	if text := read(desk.Token); strings.Contains(text, "VEVENT") {
		t.Errorf("an ended clock stays in the calendar: %s", text)
	}
	for _, line := range strings.Split(string(w.Logged()), "\n") {
		if strings.Contains(line, own.Token) || strings.Contains(line, desk.Token) {
			t.Errorf("the log holds a secret address: %s", line)
		}
	}
	made := must(w.Clocks.AddFeed(w.As("payoke"), "", "calendar-once"))(t)
	if again := must(w.Clocks.AddFeed(w.As("payoke"), "", "calendar-once"))(t); again.ID != made.ID || again.Token != "" || made.Token == "" {
		t.Errorf("the same request twice: %+v, %+v", made, again)
	}
}

// TestCalendar_ofAFileThatWasTakenBack is empty from that instant.
func TestCalendar_ofAFileThatWasTakenBack(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := sceneIn(t, w)
	s.start("dvz", "be.reflection", w.Today())
	token := must(w.Clocks.AddFeed(w.As("dvz"), "", ""))(t).Token
	site := w.Serve(t)
	has := func() bool {
		return strings.Contains(string(site.Nobody().Get("/calendar/"+token).Want(200).Body), "VEVENT")
	}
	if !has() {
		t.Error("immigration on the team sees no day")
	}
	w.Advance(171 * 24 * time.Hour) // the place in the team has ended by itself
	if has() {
		t.Error("still there after the access has ended")
	}
}
