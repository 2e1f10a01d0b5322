package clock_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/clock"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
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

// TestCalendar_holdsWhatIsStillToCome: what has been over for more than a month, and what stands still, takes no place in it; a calendar that
// is full says that there is more.
func TestCalendar_holdsWhatIsStillToCome(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := sceneIn(t, w)
		token := must(w.Clocks.AddFeed(w.As("dvz"), "", ""))(t).Token
		site := w.Serve(t)
		read := func() string {
			return strings.ReplaceAll(string(site.Nobody().Get("/calendar/"+token).Want(http.StatusOK).Body), "\r\n ", "")
		}
		days := func() (found []string) {
			for _, line := range strings.Split(read(), "\r\n") {
				if day, ok := strings.CutPrefix(line, "DTSTART;VALUE=DATE:"); ok {
					found = append(found, day)
				}
			}
			return found
		}
		old := s.start("dvz", "be.reflection", "2026-01-10") // until 24 February
		s.victimID = s.victim("1990")
		stands := s.start("dvz", "be.reflection", "2026-02-20")
		s.stop(stands, 1, w.Today().AddDays(60))
		s.victimID = s.victim("1991")
		s.start("dvz", "be.reflection", "2026-02-24") // until 10 April
		if got := days(); !slices.Equal(got, []string{"20260224", "20260410"}) {
			t.Errorf("in March: %v", got)
		}
		s.until("2026-03-26") // thirty days after
		if got := days(); len(got) != 2 {
			t.Errorf("on the thirtieth day after: %v", got)
		}
		s.until("2026-03-27")
		if got := days(); !slices.Equal(got, []string{"20260410"}) {
			t.Errorf("a month after: %v", got)
		}
		if v := s.show("dvz", old); v.State != clock.Runs {
			t.Errorf("the old one has gone: %+v", v.Clock)
		}
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			for i := range 500 { // a calendar is full with as many
				if _, err := tx.Exec(`INSERT INTO clock (id, file_id, agency_id, country, rule, kind, section, state, start_on, term, unit, due_on, warn_on, rule_from,
  pack_version, started_at)
SELECT :id, file_id, agency_id, country, 'be.filler' || CAST(:n AS TEXT), 'document', section, 'running', start_on, term, unit, '2026-05-05', '2026-05-05', rule_from,
  pack_version, started_at FROM clock WHERE id = :one`, database.Args{"id": gate.NewID(), "n": strconv.Itoa(i), "one": old}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		text := read()
		if n := strings.Count(text, "BEGIN:VEVENT"); n != 501 || strings.Count(text, "Relais") < 2 || !strings.Contains(text, "D’autres délais se terminent à partir de ce jour") {
			t.Errorf("a full calendar has %d events: %s", n, text[len(text)-400:])
		}
		if got := days(); got[0] != "20260410" || got[500] != "20260505" {
			t.Errorf("it begins on %s and ends on %s", got[0], got[500])
		}
	})
}
