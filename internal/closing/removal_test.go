package closing_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/closing"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// hague is a victim file that the police of the Netherlands led and closed, and in which a shelter of the Netherlands wrote.
type hague struct {
	*testkit.World
	t                *testing.T
	caseID, victimID string
	closed           moment.Date
}

func dutch(t *testing.T, w *testkit.World) *hague {
	t.Helper()
	s := &hague{World: w, t: t, caseID: w.OpenCase("avim")}
	s.victimID = w.OpenVictim("avim", s.caseID, section.Values{"family_name": "Okafor"})
	w.AddToTeam("avim", s.caseID, "nl.shelter")
	w.Write("cosm", s.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Okafor-Eze"})
	s.must(w.Tracks.Move(w.As("avim"), s.victimID, track.New{Track: "protection", To: "deceased", On: w.Today()}, 2, ""))
	s.must(w.Closing.Close(w.As("avim"), gate.Victim, s.victimID, closing.New{Reason: "help_completed", Known: true}, ""))
	s.closed = w.Today()
	return s
}

func (s *hague) must(_ string, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// goTo lets time pass until so many hours before a day is over, while the police renew their lead; the shelter has its access for all that time, by
// a statement of the test, because nobody renews the access of others on a closed file.
func (s *hague) goTo(day moment.Date, hours time.Duration) {
	s.t.Helper()
	end := day.EndOf().Add(-hours * time.Hour)
	if err := s.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec("UPDATE file_grant SET until_at = :end WHERE file_id = :f AND agency_id = :a", database.Args{"f": s.victimID, "a": s.Person("cosm").AgencyID,
			"end": end.Add(365 * 24 * time.Hour)})
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	for s.Now() < end {
		s.Advance(min(end.Time().Sub(s.Now().Time()), 200*24*time.Hour))
		if s.Now() >= end {
			break
		}
		for id, version := range s.live("avim", s.caseID) {
			s.must(s.Sharing.Renew(s.As("avim"), id, version, s.Today().AddDays(350), "file_open"))
		}
	}
}

// live are the live grants of somebody's agency on a file, with their versions.
func (s *hague) live(key, fileID string) map[string]int64 {
	s.t.Helper()
	var rows []struct {
		ID      string `db:"id"`
		Version int64  `db:"version"`
	}
	if err := s.Database.Read(context.Background(), func(tx *database.Tx) error {
		return tx.Select(&rows, "SELECT id, version FROM file_grant WHERE file_id = :f AND agency_id = :a AND state = 'live' AND until_at > :now",
			database.Args{"f": fileID, "a": s.Person(key).AgencyID, "now": s.Now()})
	}); err != nil {
		s.t.Fatal(err)
	}
	found := map[string]int64{}
	for _, row := range rows {
		found[row.ID] = row.Version
	}
	return found
}

func (s *hague) remove() int {
	s.t.Helper()
	done, err := s.Closing.RemoveDue(s.AsProgram())
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

func (s *hague) sees(key string) bool {
	s.t.Helper()
	_, err := s.Victims.Show(s.As(key), s.victimID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		s.t.Fatal(err)
	}
	return err == nil
}

// TestRemoval_endsUseAfterFiveYears: by the rule of the Dutch police, on the day and not before; the file is kept, others have what they had, and
// nobody opens it again but for a complaint or to account for it, one colleague for a fortnight, what the police themselves wrote.
func TestRemoval_endsUseAfterFiveYears(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := dutch(t, w)
		list, _, err := w.Closing.Removals(w.As("avim.lead"), gate.Cursor{})
		if err != nil || len(list) != 0 {
			t.Fatalf("just closed, and in the list: %+v, %v", list, err)
		}
		last := moment.Date(fmt.Sprintf("%d", s.closed.EndOf().Time().Year()+5) + string(s.closed)[4:])
		s.goTo(last, 1)
		if s.remove() != 0 || !s.sees("avim") {
			t.Error("removed an hour before the day was over")
		}
		w.Advance(2 * time.Hour)
		if s.remove() != 1 || s.remove() != 0 {
			t.Error("not removed once")
		}
		if s.sees("avim") || !s.sees("cosm") || len(s.live("avim", s.victimID)) != 0 {
			t.Errorf("the police still see it, or the shelter no more: %v, %v", s.sees("avim"), s.sees("cosm"))
		}
		for _, key := range []string{"avim.lead", "avim.auditor"} {
			if s.Heard(key, "file_removed") != 1 {
				t.Errorf("%s was not told", key)
			}
		}
		if list, _, err = w.Closing.Removals(w.As("avim.auditor"), gate.Cursor{}); err != nil || len(list) != 1 || list[0].Rule != "nl_police" || list[0].FromAt != last.EndOf() {
			t.Fatalf("the list is %+v, %v", list, err)
		}
		if err := w.Closing.Reopen(w.As("avim"), gate.Victim, s.victimID, 1, "new_facts", ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("opened again for use: %v", err)
		}
		s.opens(list[0].ID)
	})
}

// opens walks the only road back.
func (s *hague) opens(id string) {
	s.t.Helper()
	n := closing.NewOpening{WorkerID: s.Person("avim").ID, Reason: "complaint", Until: s.Today().AddDays(14)}
	for name, c := range map[string]struct {
		who    string
		change func(n *closing.NewOpening)
		want   fault.Kind
	}{
		"who works on files":        {"avim", func(*closing.NewOpening) {}, fault.NotFound},
		"the auditor":               {"avim.auditor", func(*closing.NewOpening) {}, fault.NotFound},
		"another agency":            {"payoke.lead", func(*closing.NewOpening) {}, fault.NotFound},
		"for an investigation":      {"avim.lead", func(n *closing.NewOpening) { n.Reason = "investigation" }, fault.Invalid},
		"for somebody elsewhere":    {"avim.lead", func(n *closing.NewOpening) { n.WorkerID = s.Person("cosm").ID }, fault.Invalid},
		"for oneself":               {"avim.lead", func(n *closing.NewOpening) { n.WorkerID = s.Person("avim.lead").ID }, fault.Invalid},
		"for longer than it may be": {"avim.lead", func(n *closing.NewOpening) { n.Until = s.Today().AddDays(15) }, fault.Invalid},
		"until yesterday":           {"avim.lead", func(n *closing.NewOpening) { n.Until = s.Today().AddDays(-1) }, fault.Invalid},
	} {
		wrong := n
		c.change(&wrong)
		if _, err := s.Closing.Open(s.As(c.who), id, wrong, ""); fault.KindOf(err) != c.want {
			s.t.Errorf("%s: %v", name, err)
		}
	}
	if s.sees("avim") {
		s.t.Fatal("a refusal opened it")
	}
	s.must(s.Closing.Open(s.As("avim.lead"), id, n, ""))
	for grant, version := range s.live("avim", s.victimID) { // nobody prolongs it for themselves
		if _, err := s.Sharing.Renew(s.As("avim"), grant, version, s.Today().AddDays(60), "file_open"); fault.KindOf(err) != fault.Refused {
			s.t.Errorf("the colleague renews what was opened: %v", err)
		}
	}
	if s.Heard("avim.auditor", "removed_opened") != 1 {
		s.t.Error("the auditor was not told")
	}
	identity := s.SectionOf("avim", s.victimID, authz.Identity)
	if len(identity.Entries) != 1 || identity.Entries[0].AgencyName != "Politie, AVIM Rotterdam" {
		s.t.Errorf("the police read %+v", identity.Entries)
	}
	if _, err := s.Entries.Add(s.As("avim"), gate.Victim, s.victimID, authz.Identity, testkit.Draft(section.Values{"family_name": "X"}), ""); fault.KindOf(err) != fault.Refused {
		s.t.Errorf("the police write: %v", err)
	}
	if v, err := s.Closing.Removal(s.As("avim.auditor"), id); err != nil || len(v.Openings) != 1 || v.Openings[0].Reason != "complaint" || v.Openings[0].Worker == "" || v.CanOpen {
		s.t.Errorf("the auditor reads %+v, %v", v, err)
	}
	s.Advance(15 * 24 * time.Hour)
	if s.sees("avim") {
		s.t.Error("it is open longer than was said")
	}
}

// TestRemoval_isOnlyWhereTheLawSaysSo: what was opened again is not removed, and a file in which no Dutch police wrote has no such day.
func TestRemoval_isOnlyWhereTheLawSaysSo(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := dutch(t, w)
		other := w.OpenCase("spj")
		s.must(w.Closing.Close(w.As("spj"), gate.Case, other, closing.New{Reason: "no_victim", Known: true}, ""))
		if err := w.Closing.Reopen(w.As("avim"), gate.Victim, s.victimID, 1, "new_facts", ""); err != nil {
			t.Fatal(err)
		}
		s.goTo(s.closed.AddDays(5*366), 0)
		if s.remove() != 0 || !s.sees("avim") {
			t.Error("a file in use was removed")
		}
	})
}

// TestPages_showWhatIsRemoved in the review, in German and French, at 360 pixels and 1280, with the form to open it.
func TestPages_showWhatIsRemoved(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := dutch(t, w)
	w.Advance(5 * 366 * 24 * time.Hour)
	s.remove()
	list, _, err := w.Closing.Removals(w.As("avim.lead"), gate.Cursor{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d, %v", len(list), err)
	}
	site := w.Serve(t)
	tab := site.Browse("avim.lead")
	tab.Open(site.URL + "/retention")
	tab.Click("Deutsch")
	tab.Click("Aus der Nutzung genommen")
	testkit.Inspect(t, tab, "removals-de")
	tab.Open(site.URL + "/removals/" + list[0].ID)
	testkit.Inspect(t, tab, "removal-de")
	tab.Click("Jemanden lesen lassen")
	tab.Click("Français")
	lead := site.SignIn("avim.lead")
	until := strings.Split(string(w.Today().AddDays(5)), "-")
	at := "/removals/" + list[0].ID
	lead.PostForm(at+"/openings", testkit.Fields("reason", "complaint", "worker", w.Person("avim").ID)).Want(http.StatusUnprocessableEntity)
	lead.PostForm(at+"/openings", testkit.Fields("reason", "complaint", "worker", w.Person("avim").ID, "until.year", until[0], "until.month", until[1], "until.day", until[2])).
		Want(http.StatusSeeOther)
	tab.Open(site.URL + at)
	testkit.Inspect(t, tab, "removal-opened-fr")
	if !tab.Has("Haverkort") || !tab.Has("Traiter une plainte") {
		t.Errorf("the page does not say who reads it: %s", tab.Text())
	}
}
