package breach_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"relais/internal/breach"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/restriction"
	"relais/internal/testkit"
)

// noticed is a report that names files by their references.
func (s *scene) noticed(references ...string) breach.NewReport {
	return breach.NewReport{Kind: "wrong_recipient", NoticedAt: s.Now().Add(-20 * time.Hour), Story: "A report went to another desk.", References: references}
}

func (s *scene) report(who string, references ...string) string {
	s.t.Helper()
	return must(s.Breaches.Report(s.As(who), s.noticed(references...), ""))(s.t)
}

// own is what became of the newest report of somebody, as they read it.
func (s *scene) own(who string) breach.Report {
	s.t.Helper()
	list := must(s.Breaches.Reports(s.As(who), breach.BoxMine, gate.Cursor{}))(s.t)
	if len(list.Items) == 0 || list.Items[0].Story != "" || list.Items[0].Reason != "" {
		s.t.Fatalf("%s has reported %+v", who, list.Items)
	}
	return list.Items[0]
}

// TestReport_isTakenUp: a caseworker reports, who answers for the agency is told at once and takes it up; the clock runs from the report, not from
// when it was taken up, and the reporter learns that it was, and nothing else of the register.
func TestReport_isTakenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		mine := s.reference("payoke", s.victim)
		id, at := s.report("payoke", mine), s.Now()
		for who, want := range map[string]int{"payoke.lead": 1, "payoke.admin": 1, "payoke.auditor": 1, "payoke": 0, "rsz.head": 0} {
			if got := s.Heard(who, "breach_reported"); got != want {
				t.Errorf("%s was told %d times", who, got)
			}
		}
		s.Advance(30 * time.Hour)
		p := must(s.Breaches.ShowReport(s.As("payoke.admin"), id))(t)
		if p.DueAt != at.Add(72*time.Hour) || p.Story != "A report went to another desk." || len(p.Files) != 1 || p.Files[0].Reference != mine || p.By == "" || !p.Records {
			t.Fatalf("the administrator reads %+v", p)
		}
		n := s.known(0)
		n.Story, n.References = p.Story, []string{mine}
		_, err := s.Breaches.TakeUp(s.As("payoke.admin"), id, n, "")
		s.wants(err, fault.Invalid, "a clock that begins after the report")
		n.KnownAt = p.ReportedAt
		made := must(s.Breaches.TakeUp(s.As("payoke.admin"), id, n, "k"))(t)
		if again := must(s.Breaches.TakeUp(s.As("payoke.admin"), id, n, "k"))(t); again != made {
			t.Error("the same form twice made two")
		}
		v := must(s.Breaches.Show(s.As("payoke.auditor"), made))(t)
		if v.DueAt != at.Add(72*time.Hour) || v.Report.ID != id || len(v.Files) != 1 {
			t.Errorf("the breach is %+v", v)
		}
		_, err = s.Breaches.TakeUp(s.As("payoke.lead"), id, n, "")
		s.wants(err, fault.Conflict, "taken up twice")
		s.wants(s.Breaches.Dismiss(s.As("payoke.lead"), id, 2, "No."), fault.Conflict, "dismissed after that")
		if own := s.own("payoke"); own.Outcome != breach.Taken || s.Heard("payoke", "breach_report_taken") != 1 {
			t.Errorf("who reported it learns %+v", own)
		}
		_, err = s.Breaches.Show(s.As("payoke"), made)
		s.wants(err, fault.NotFound, "who reported it reads the register")
		for _, statement := range []string{`UPDATE breach_report SET kind = 'other'`, `DELETE FROM breach_report`, `DELETE FROM breach_report_file`,
			`UPDATE breach_report_end SET outcome = 'none'`, `DELETE FROM breach_report_end`} {
			if err := s.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(statement, nil); return err }); err == nil {
				t.Errorf("%s goes through", statement)
			}
		}
	})
}

// TestReport_isFoundToBeNone, with a reason that stays for who answers for the agency.
func TestReport_isFoundToBeNone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.report("payoke.second")
		s.wants(s.Breaches.Dismiss(s.As("payoke.lead"), id, 1, " "), fault.Invalid, "without a reason")
		s.wants(s.Breaches.Dismiss(s.As("payoke.lead"), id, 2, "It never left the house."), fault.Conflict, "another version than was seen")
		if err := s.Breaches.Dismiss(s.As("payoke.lead"), id, 1, "It never left the house."); err != nil {
			t.Fatal(err)
		}
		p := must(s.Breaches.ShowReport(s.As("payoke.auditor"), id))(t)
		if p.Outcome != breach.None || p.Reason != "It never left the house." || p.Decider == "" || p.Records {
			t.Errorf("the auditor reads %+v", p)
		}
		if own := s.own("payoke.second"); own.Outcome != breach.None || s.Heard("payoke.second", "breach_report_none") != 1 {
			t.Errorf("who reported it learns %+v", own)
		}
		s.Advance(100 * time.Hour)
		s.tidy()
		if s.Heard("payoke.lead", "breach_report_overdue") != 0 {
			t.Error("what was decided is overdue")
		}
	})
}

// TestReport_isReadByWhoAnswersAlone: by nobody else, not by who made it, and not by other agencies.
func TestReport_isReadByWhoAnswersAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.report("payoke")
		for _, who := range []string{"payoke", "payoke.second", "rsz", "rsz.head", "rsz.auditor", "cosm"} {
			_, err := s.Breaches.ShowReport(s.As(who), id)
			s.wants(err, fault.NotFound, who+" shows")
			_, err = s.Breaches.TakeUp(s.As(who), id, s.known(time.Hour), "")
			s.wants(err, fault.NotFound, who+" takes up")
			s.wants(s.Breaches.Dismiss(s.As(who), id, 1, "No."), fault.NotFound, who+" dismisses")
		}
		s.wants(s.Breaches.Dismiss(s.As("payoke.auditor"), id, 1, "No."), fault.NotFound, "the auditor dismisses")
		for _, who := range []string{"payoke", "payoke.second", "rsz"} {
			_, err := s.Breaches.Reports(s.As(who), breach.BoxWaiting, gate.Cursor{})
			s.wants(err, fault.NotFound, who+" lists")
		}
		for who, want := range map[string]int{"payoke.lead": 1, "payoke.auditor": 1, "rsz.head": 0} {
			if list := must(s.Breaches.Reports(s.As(who), breach.BoxWaiting, gate.Cursor{}))(t); len(list.Items) != want {
				t.Errorf("%s lists %d", who, len(list.Items))
			}
		}
		if list := must(s.Breaches.Reports(s.As("payoke.second"), breach.BoxMine, gate.Cursor{}))(t); len(list.Items) != 0 {
			t.Error("a colleague's report is in the own list")
		}
		entries := 0
		if err := s.Database.Read(context.Background(), func(tx *database.Tx) error {
			return tx.Get(&entries, "SELECT COUNT(*) FROM audit_entry WHERE action = 'breach.report'", nil)
		}); err != nil || entries != 1 {
			t.Errorf("%d entries in the trail, %v", entries, err)
		}
	})
}

// TestReport_namesWhatTheReporterSees: a file of others, one that is closed to them, one that their agency knows and they do not, and one that
// never was answer alike.
func TestReport_namesWhatTheReporterSees(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		mine := s.reference("payoke", s.victim)
		refused := func(who, reference string) string {
			t.Helper()
			_, err := s.Breaches.Report(s.As(who), s.noticed(reference), "")
			s.wants(err, fault.Invalid, who+" names "+reference)
			f, _ := fault.As(err)
			if len(f.Fields) != 1 || f.Fields[0].Name != "references" {
				t.Fatalf("%s: %+v", who, f.Fields)
			}
			return f.Fields[0].Key
		}
		words := refused("payoke", "V-0000-0000")
		for _, c := range [][2]string{{"payoke", s.reference("rsz", s.victim)}, {"payoke.auditor", mine}, {"payoke.admin", mine}} {
			if got := refused(c[0], c[1]); got != words {
				t.Errorf("%s naming %s: %s", c[0], c[1], got)
			}
		}
		_, _, err := s.Breaches.ReportForm(s.As("payoke.auditor"), s.victim)
		s.wants(err, fault.NotFound, "the form of a file that is not open")
		if _, reference, err := s.Breaches.ReportForm(s.As("payoke"), s.victim); err != nil || reference != mine {
			t.Errorf("the form names %q, %v", reference, err)
		}
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: mine, WorkerID: s.Person("payoke").ID, Reason: restriction.Reasons[0]}, ""))(t)
		if got := refused("payoke", mine); got != words {
			t.Errorf("who is excluded: %s", got)
		}
		for name, change := range map[string]func(n *breach.NewReport){
			"kind": func(n *breach.NewReport) { n.Kind = "theft" }, "story": func(n *breach.NewReport) { n.Story = " " },
			"noticed_at": func(n *breach.NewReport) { n.NoticedAt = s.Now().Add(time.Hour) },
		} {
			n := s.noticed()
			change(&n)
			_, err := s.Breaches.Report(s.As("payoke"), n, "")
			f, _ := fault.As(err)
			if fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list := must(s.Breaches.Reports(s.As("payoke.lead"), breach.BoxWaiting, gate.Cursor{}))(t); len(list.Items) != 0 {
			t.Errorf("%d were stored all the same", len(list.Items))
		}
	})
}

// TestReport_isWithheldFromWhoMayNotKnowItsFile: they read neither words nor file, may take it up with both unread, and may not say that it is none;
// and what became of it stays withheld from them, also where the file was left out of the breach.
func TestReport_isWithheldFromWhoMayNotKnowItsFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		mine := s.reference("payoke", s.victim)
		first, second := s.report("payoke", mine), s.report("payoke", mine)
		left := s.noticed(mine)
		left.Story = "Not this file after all."
		third := must(s.Breaches.Report(s.As("payoke"), left, ""))(t)
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: mine, WorkerID: s.Person("payoke.lead").ID, Reason: restriction.Reasons[0]}, ""))(t)
		p := must(s.Breaches.ShowReport(s.As("payoke.lead"), first))(t)
		if !p.Withheld || p.Story != "" || len(p.Files) != 0 {
			t.Fatalf("who is excluded reads %+v", p)
		}
		site := s.Serve(t)
		lead := site.SignIn("payoke.lead")
		for _, path := range []string{"/breach-reports/" + first, "/breach-reports/" + first + "/breach", "/api/v1/breach-reports/" + first} {
			if body := string(lead.Get(path).Want(http.StatusOK).Body); strings.Contains(body, "another desk") || strings.Contains(body, mine) {
				t.Errorf("%s gives %s", path, body)
			}
		}
		s.wants(s.Breaches.Dismiss(s.As("payoke.lead"), first, 1, "No."), fault.Refused, "says unread that it is none")
		n := s.known(20 * time.Hour)
		_, err := s.Breaches.TakeUp(s.As("payoke.lead"), first, n, "")
		s.wants(err, fault.Invalid, "another story than was reported")
		n.Story = ""
		made := must(s.Breaches.TakeUp(s.As("payoke.lead"), first, n, ""))(t)
		if v := must(s.Breaches.Show(s.As("payoke.admin"), made))(t); v.Texts.Story != "A report went to another desk." || len(v.Files) != 1 || v.Files[0].Reference != mine {
			t.Errorf("taken up unread: %+v", v)
		}
		n.Story, n.References = "It was another file.", nil
		made = must(s.Breaches.TakeUp(s.As("payoke.admin"), third, n, ""))(t)
		for who, withheld := range map[string]bool{"payoke.lead": true, "payoke.admin": false} {
			if v := must(s.Breaches.Show(s.As(who), made))(t); v.Withheld != withheld || (v.Texts.Story == "") != withheld {
				t.Errorf("%s reads %+v", who, v.Texts)
			}
		}
		if err := s.Breaches.Dismiss(s.As("payoke.admin"), second, 1, "She is still safe."); err != nil {
			t.Fatal(err)
		}
		if p := must(s.Breaches.ShowReport(s.As("payoke.lead"), second))(t); p.Reason != "" {
			t.Error("who is excluded reads why it is none")
		}
	})
}

// TestReport_hasAClock: who answers for the agency is reminded a day before the 72 hours end, and told with the auditors when they have, each once.
func TestReport_hasAClock(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.report("payoke")
		s.Advance(47 * time.Hour)
		s.tidy()
		if s.Heard("payoke.lead", "breach_report_due") != 0 {
			t.Error("reminded too early")
		}
		s.Advance(time.Hour)
		s.tidy()
		s.tidy()
		if s.Heard("payoke.lead", "breach_report_due") != 1 || s.Heard("payoke.auditor", "breach_report_due") != 0 {
			t.Errorf("reminded %d times", s.Heard("payoke.lead", "breach_report_due"))
		}
		s.Advance(24 * time.Hour)
		s.tidy()
		s.tidy()
		if s.Heard("payoke.lead", "breach_report_overdue") != 1 || s.Heard("payoke.auditor", "breach_report_overdue") != 1 || s.Heard("payoke", "breach_report_overdue") != 0 {
			t.Error("that it is over was not told once to each")
		}
	})
}

// TestReportForm_keepsTheInstantOfTheReport: the form of who takes it up shows minutes, and does not move the clock by the seconds.
func TestReportForm_keepsTheInstantOfTheReport(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t}
	w.Advance(17 * time.Second)
	id := s.report("payoke")
	at := strings.Split(string(w.Today()), "-")
	hour := w.Now().Time().In(moment.Brussels()).Format("15:04")
	lead := w.Serve(t).SignIn("payoke.lead")
	to := lead.PostForm("/breach-reports/"+id+"/breach", testkit.Fields("kind", "wrong_recipient", "known_at.year", at[0], "known_at.month", at[1], "known_at.day", at[2],
		"known_hour", hour, "story", "A report went to another desk.", "authority", "pending", "subjects", "undecided")).Want(http.StatusSeeOther).Location()
	v := must(s.Breaches.Show(s.As("payoke.lead"), strings.TrimPrefix(to, "/breaches/")))(t)
	if v.KnownAt != v.Report.ReportedAt || v.KnownAt.Time().Second() == 0 {
		t.Errorf("known at %s, reported at %s", v.KnownAt, v.Report.ReportedAt)
	}
}
