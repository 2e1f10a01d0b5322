package trail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/trail"
)

const reason = "lawfulness_check"

func read(t *testing.T, w *testkit.World, who string, q trail.Question) []trail.Line {
	t.Helper()
	q.Reason = reason
	answer, err := w.Log.Read(w.As(who), q)
	if err != nil {
		t.Fatalf("%s reads the log: %v", who, err)
	}
	return answer.Lines
}

func find(lines []trail.Line, action string) (trail.Line, bool) {
	at := slices.IndexFunc(lines, func(l trail.Line) bool { return l.Action == action })
	if at < 0 {
		return trail.Line{}, false
	}
	return lines[at], true
}

func TestAuditor_seesWhoOpenedAVictimFile(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		grant := w.AddToTeam("rsz", caseID, "be.fgp")
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		w.Write("payoke", id, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde"})
		w.Advance(time.Hour)
		view, err := w.Victims.Show(w.As("fgp"), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Entries.Reveal(w.As("payoke"), gate.Victim, id, authz.ShelterLocation, "protection"); err != nil {
			t.Fatal(err)
		}
		own, _ := w.Victims.Show(w.As("rsz"), id)
		lines := read(t, w, "rsz.auditor", trail.Question{Reference: own.File.Reference, From: w.Today(), To: w.Today()})
		var police trail.Line
		for _, l := range lines {
			if l.Action == "victim.show" && l.AgencyID == w.Place("be.fgp").ID {
				police = l
			}
		}
		if police.ActorRole != "police" || police.Agency != "Federale gerechtelijke politie Antwerpen" || police.Person != "" || police.At != w.Now() ||
			police.GrantID == "" || police.Purpose != "investigation" || police.Reference != own.File.Reference || police.Decision != audit.Allowed {
			t.Errorf("the police's look: %+v", police)
		}
		refused := map[string]bool{}
		for _, use := range police.Sections {
			refused[use.Section] = use.Decision == audit.Denied
		}
		if !refused["health"] || !refused["shelter_location"] || refused["identity"] || view.Status == "" || grant == "" {
			t.Errorf("sections: %+v", police.Sections)
		}
		if look, ok := find(lines, "section.reveal"); !ok || look.Justification != "protection" || look.Agency != "Payoke" {
			t.Errorf("the reasoned look: %+v", look)
		}
		if opened, ok := find(read(t, w, "rsz.auditor", trail.Question{Op: audit.Collect}), "victim.open"); !ok || opened.Person != "Lotte Vermoesen" || opened.Reference != own.File.Reference {
			t.Errorf("the own opening: %+v", opened)
		}
		if text := fmt.Sprintf("%+v", lines); strings.Contains(text, "Nguyen") || strings.Contains(text, "Linde") {
			t.Error("the log holds content")
		}
		whole, err := w.Log.Show(w.As("rsz.auditor"), police.ID, reason)
		if err != nil || whole.ID != police.ID || len(whole.Sections) != len(police.Sections) {
			t.Errorf("the entry whole: %+v, %v", whole, err)
		}
	})
}

func TestAuditor_ofAStrangerSeesNothingOfIt(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
		own, err := w.Victims.Show(w.As("rsz"), id)
		if err != nil {
			t.Fatal(err)
		}
		look, ok := find(read(t, w, "rsz.auditor", trail.Question{}), "victim.show")
		if !ok {
			t.Fatal("the own auditor does not see the look")
		}
		for _, q := range []trail.Question{{}, {Reference: own.File.Reference}, {PersonID: w.Person("rsz").ID}, {Op: audit.Consult}} {
			for _, line := range read(t, w, "payoke.auditor", q) {
				if line.FileID != "" || line.AgencyID == w.Place("be.rsz").ID || line.Person == "Lotte Vermoesen" {
					t.Errorf("%+v shows %+v", q, line)
				}
			}
		}
		_, foreign := w.Log.Show(w.As("payoke.auditor"), look.ID, reason)
		_, absent := w.Log.Show(w.As("payoke.auditor"), gate.NewID(), reason)
		if !errors.Is(foreign, fault.NotFound) || !errors.Is(absent, fault.NotFound) {
			t.Errorf("foreign %v, absent %v", foreign, absent)
		}
		if read(t, w, "payoke.auditor", trail.Question{Reference: "V-AAAA-AAAA"}) != nil {
			t.Error("an unknown reference shows lines")
		}
	})
}

func TestLog_isThereForReviewersOnly(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		reviewers := []string{"rsz.auditor", "payoke.auditor", "avim.auditor", "payoke.admin", "auditoraat"} // a prosecutor sees metadata of the own log
		for _, who := range w.People() {
			_, reads := w.Log.Read(w.As(who), trail.Question{Reason: reason})
			_, unasked := w.Log.Read(w.As(who), trail.Question{})
			asks := w.Log.Ask(w.As(who))
			_, verifies := w.Log.Verify(w.As(who), reason)
			if !slices.Contains(reviewers, who) {
				for _, err := range []error{reads, unasked, asks, verifies} {
					if !errors.Is(err, fault.NotFound) {
						t.Errorf("%s: %v", who, err)
					}
				}
				continue
			}
			if reads != nil || asks != nil || !errors.Is(unasked, fault.Invalid) {
				t.Errorf("%s reads: %v, asks: %v, without a reason: %v", who, reads, asks, unasked)
			}
			if may := strings.HasSuffix(who, ".auditor"); (verifies == nil) != may {
				t.Errorf("%s verifies: %v", who, verifies)
			}
		}
	})
}

func TestAdministrator_seesSignInsAndRolesOnly(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		w.Serve(t).SignIn("payoke")
		for range 3 * trail.PageSize { // many looks stand between the reader and the older entries
			if _, err := w.Victims.Show(w.As("payoke"), id); err != nil {
				t.Fatal(err)
			}
		}
		answer, err := w.Log.Read(w.As("payoke.admin"), trail.Question{Reason: reason})
		if err != nil || !answer.Metadata || len(answer.Lines) == 0 {
			t.Fatalf("%+v, %v", answer, err)
		}
		for _, line := range answer.Lines {
			if line.FileID != "" || line.Reference != "" || line.AgencyID != w.Place("be.payoke").ID || line.Op == audit.Consult || line.Op == audit.Search {
				t.Errorf("the administrator sees %+v", line)
			}
		}
		look, ok := find(read(t, w, "payoke.auditor", trail.Question{}), "victim.show")
		if _, err := w.Log.Show(w.As("payoke.admin"), look.ID, reason); !ok || !errors.Is(err, fault.NotFound) {
			t.Errorf("the administrator opened the entry of a look: %v", err)
		}
	})
}

// TestProsecutor_seesTheOwnCases and neither sign-ins of colleagues nor their refusals.
func TestProsecutor_seesTheOwnCases(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("auditoraat")
		w.AddToTeam("auditoraat", caseID, "be.fgp")
		if _, err := w.Cases.Show(w.As("fgp"), caseID); err != nil {
			t.Fatal(err)
		}
		w.Serve(t).SignIn("auditoraat")
		answer, err := w.Log.Read(w.As("auditoraat"), trail.Question{Reason: reason})
		if err != nil || !answer.Cases {
			t.Fatalf("%+v, %v", answer, err)
		}
		looked := false
		for _, line := range answer.Lines {
			if line.FileID != caseID || len(line.Sections)+len(line.Fields) > 0 || line.GrantID != "" {
				t.Errorf("the prosecutor reads %+v", line)
			}
			looked = looked || line.Action == "case.show" && line.AgencyID == w.Place("be.fgp").ID
		}
		if !looked {
			t.Error("the look of the police is not there")
		}
		foreign := w.OpenCase("rsz")
		_, err = w.Cases.Show(w.As("auditoraat"), foreign)
		f, ok := fault.As(err)
		if !ok {
			t.Fatal(err)
		}
		if _, err := w.Log.Replay(w.As("auditoraat"), f.Entry, reason); !errors.Is(err, fault.NotFound) {
			t.Errorf("a prosecutor replays: %v", err)
		}
	})
}

func TestReading_isAnEntryItself(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		read(t, w, "rsz.auditor", trail.Question{})
		if _, err := w.Log.Verify(w.As("rsz.auditor"), "self_monitoring"); err != nil {
			t.Fatal(err)
		}
		lines := read(t, w, "rsz.auditor", trail.Question{})
		for action, why := range map[string]string{"log.read": reason, "log.verify": "self_monitoring"} {
			if l, ok := find(lines, action); !ok || l.Justification != why || l.Purpose != "audit" || l.Person != "Hilde Kranswijk" {
				t.Errorf("%s: %+v", action, l)
			}
		}
	})
}

func TestRead_filtersAndPages(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.Advance(48 * time.Hour)
		for range trail.PageSize + 5 {
			if _, err := w.Cases.Show(w.As("rsz"), caseID); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = w.Cases.Show(w.As("rsz.second"), gate.NewID())
		q := trail.Question{Reason: reason, PersonID: w.Person("rsz").ID, From: w.Today(), To: w.Today()}
		seen := map[string]bool{}
		for pages := 1; ; pages++ {
			answer, err := w.Log.Read(w.As("rsz.auditor"), q)
			if err != nil || pages > 3 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, l := range answer.Lines {
				if seen[l.ID] || l.Person != "Lotte Vermoesen" {
					t.Errorf("twice or not asked for: %+v", l)
				}
				seen[l.ID] = true
			}
			if q.After = answer.Next; q.After == "" {
				break
			}
		}
		if len(seen) != trail.PageSize+5 {
			t.Errorf("%d lines", len(seen))
		}
		denied := read(t, w, "rsz.auditor", trail.Question{Decision: audit.Denied})
		if len(denied) != 1 || denied[0].Reason != "not_found" || denied[0].Person != "Bram Oostwal" {
			t.Errorf("refusals: %+v", denied)
		}
		for name, bad := range map[string]trail.Question{"from": {From: "2026-13-01"}, "to": {From: "2026-03-02", To: "2026-03-01"}} {
			bad.Reason = reason
			_, err := w.Log.Read(w.As("rsz.auditor"), bad)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Log.Read(w.As("rsz.auditor"), trail.Question{Reason: "curiosity"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("another reason: %v", err)
		}
	})
}

// dropGuard lets a test do what somebody with the database's password can do.
var dropGuard = map[string]string{
	"sqlite":   `DROP TRIGGER audit_entry_unchanged`,
	"postgres": `ALTER TABLE audit_entry DISABLE TRIGGER ALL`,
}

func TestVerify_namesTheEntryThatWasChanged(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		w.OpenCase("rsz")
		if _, err := w.Trail.Sequence(context.Background()); err != nil {
			t.Fatal(err)
		}
		report, err := w.Log.Verify(w.As("rsz.auditor"), reason)
		if err != nil || report.Wrong != nil || report.Size == 0 {
			t.Fatalf("before: %+v, %v", report, err)
		}
		opened, ok := find(read(t, w, "rsz.auditor", trail.Question{Op: audit.Collect}), "case.open")
		if !ok {
			t.Fatal("no entry to change")
		}
		spoil(t, w, opened.ID)
		report, err = w.Log.Verify(w.As("rsz.auditor"), reason)
		if err != nil || report.Wrong == nil || report.Wrong.EntryID != opened.ID || report.Wrong.What != audit.ColumnChanged {
			t.Errorf("after: %+v, %+v, %v", report, report.Wrong, err)
		}
		lines, began := read(t, w, "rsz.auditor", trail.Question{}), 0
		for _, l := range lines {
			if l.Action == "log.verify" {
				began++
			}
		}
		whole, was := find(lines, "log.whole")
		faulty, is := find(lines, "log.faulty")
		if began != 2 || !was || !is || whole.Person != faulty.Person || faulty.Person == "" || faulty.Justification != reason || faulty.Subject+strings.Join(faulty.Fields, "") != "" {
			t.Errorf("the log holds %d beginnings, %+v and %+v", began, whole, faulty)
		}
	})
}

// TestLines_nameTheRoleInWhichSomebodyActed: an auditor's and an administrator's work is not that of their agency's discipline.
func TestLines_nameTheRoleInWhichSomebodyActed(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		w.OpenCase("payoke")
		if _, err := w.Agencies.ListPeople(w.As("payoke.admin"), ""); err != nil {
			t.Fatal(err)
		}
		read(t, w, "payoke.auditor", trail.Question{})
		lines := read(t, w, "payoke.auditor", trail.Question{})
		for action, role := range map[string]authz.Role{"case.open": authz.RoleShelter, "people.list": authz.RoleAgencyAdmin, "log.read": authz.RoleAuditor} {
			if l, ok := find(lines, action); !ok || l.ActorRole != string(role) {
				t.Errorf("%s was done as %q, not as %s", action, l.ActorRole, role)
			}
		}
	})
}
