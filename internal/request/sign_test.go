package request_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// owned lets the immigration office write the residence and the prosecutor the exploitation, and the shelter ask for both.
func (s *scene) owned(sections ...string) (id string) {
	s.T.Helper()
	s.written()
	id = s.ask("payoke", sections...)
	must0(s.T, s.give(id, 1, sections...))
	return id
}

func (s *scene) written() {
	s.T.Helper()
	s.AddToTeam("rsz", s.caseID, "be.dvz")
	s.Write("dvz", s.victimID, authz.Residence, "legal_task", section.Values{"status": "reflection"})
	s.Write("auditoraat", s.victimID, authz.Exploitation, "legal_task", section.Values{"types": "forced_labour"})
}

func (s *scene) stage(fileID, stage string) {
	s.exec(`UPDATE file SET stage = :stage WHERE id = :file`, database.Args{"stage": stage, "file": fileID})
}

func (s *scene) version(id string) int64 { return s.show(s.As("rsz"), id).Version }

func (s *scene) sign(ctx context.Context, id string) error {
	return s.Requests.Sign(ctx, id, s.version(id))
}

// TestSign_opensWithTheLastSignature: the lead's yes opens nothing before each agency that wrote there has agreed.
func TestSign_opensWithTheLastSignature(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		if s.reads("payoke", authz.Residence) || s.told(s.As("payoke"), "request_owner_signs") != 1 || s.told(s.As("dvz"), "request_sign_yours") != 1 ||
			s.told(s.As("auditoraat"), "request_sign_yours") != 1 {
			t.Error("before anybody signed it is open, or not everybody was told")
		}
		lead, owner, asker := s.show(s.As("rsz"), id), s.show(s.As("dvz"), id), s.show(s.As("payoke"), id)
		if len(lead.Signatures) != 2 || lead.Signatures[0].Agency+lead.Signatures[1].Agency != "" || lead.CanSign {
			t.Errorf("the lead sees %+v", lead.Signatures)
		}
		if len(owner.Signatures) != 1 || owner.Signatures[0].Sections != authz.SectionsOf(authz.Residence) || !owner.CanSign || owner.Note == "" {
			t.Errorf("who wrote it sees %+v", owner)
		}
		if asker.Signatures != nil || asker.CanSign || asker.GrantState != "proposed" {
			t.Errorf("the asker sees %+v", asker)
		}
		if list := must(s.Requests.List(s.As("dvz"), request.Waiting, gate.Cursor{}))(t); len(list.Requests) != 1 || !list.Requests[0].Signs {
			t.Errorf("what waits for who wrote it: %+v", list.Requests)
		}
		for _, stranger := range []string{"fgp", "cosm", "avim"} {
			s.wants(s.sign(s.As(stranger), id), fault.NotFound, stranger+" signs")
		}
		s.wants(s.sign(s.As("payoke"), id), fault.Refused, "the asker signs")
		s.wants(s.sign(s.As("rsz.second"), id), fault.Refused, "the lead signs for others")
		s.wants(s.Requests.Sign(s.As("dvz"), id, 1), fault.Conflict, "a stale page")
		must0(t, s.sign(s.As("dvz"), id))
		if s.reads("payoke", authz.Residence) {
			t.Error("it opens with the first of two")
		}
		s.wants(s.sign(s.As("dvz"), id), fault.Conflict, "signing twice")
		must0(t, s.sign(s.As("auditoraat"), id))
		if !s.reads("payoke", authz.Residence) || !s.reads("payoke", authz.Exploitation) || s.told(s.As("payoke"), "request_granted") != 1 {
			t.Error("it does not open with the last")
		}
		agreed := s.agreed(id)
		s.exec(`UPDATE file_grant SET agreed = '' WHERE state <> 'ended'`, nil) // as it was signed before anybody kept it
		s.Step("0058_grant_agreed_before")
		if mended := s.agreed(id); len(agreed) != 2 || !slices.Equal(mended, agreed) {
			t.Errorf("agreed have %v, and on a database of before %v", agreed, mended)
		}
		must0(t, s.Requests.End(s.As("rsz"), id, s.version(id)))
	})
}

// agreed are the agencies that agreed to the grant of a request, sorted.
func (s *scene) agreed(id string) []string {
	s.T.Helper()
	var text string
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&text, `SELECT agreed FROM file_grant WHERE id = (SELECT grant_id FROM access_request WHERE id = :id)`, database.Args{"id": id})
	}))
	return slices.Sorted(slices.Values(strings.Fields(text)))
}

// TestKeep_closesTheOwnSectionsAlone, and with none left the request is refused.
func TestKeep_closesTheOwnSectionsAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		s.wantsField(s.Requests.Keep(s.As("dvz"), id, s.version(id), "because"), "reason", "fault.field_unknown_code", "no reason")
		must0(t, s.Requests.Keep(s.As("dvz"), id, s.version(id), "safety"))
		must0(t, s.sign(s.As("auditoraat"), id))
		if s.reads("payoke", authz.Residence) || !s.reads("payoke", authz.Exploitation) {
			t.Error("a no closes more or less than its own section")
		}
		if view := s.show(s.As("payoke"), id); view.State != request.Granted || view.Given != authz.SectionsOf(authz.Exploitation) {
			t.Errorf("afterwards it is %s with %v", view.State, view.Given)
		}
		again := s.ask("payoke", "residence")
		must0(t, s.give(again, 1, "residence"))
		must0(t, s.Requests.Keep(s.As("dvz"), again, s.version(again), "safety"))
		view := s.show(s.As("payoke"), again)
		if view.State != request.Refused || view.RefuseReason != "safety" || s.told(s.As("payoke"), "request_refused") != 1 || s.reads("payoke", authz.Residence) {
			t.Errorf("with nothing left it is %+v", view)
		}
		s.wants(s.sign(s.As("dvz"), again), fault.Conflict, "signing what was refused")
	})
}

// TestSign_goesUpAfterTwoDaysAndClosesAfterAWeek: the supervisors of who has to sign are told once, and may sign; silence is no yes.
func TestSign_goesUpAfterTwoDaysAndClosesAfterAWeek(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		boss := s.person("be.dvz", "boss", agency.NewWorker{Supervisor: true})
		id := s.owned("residence", "exploitation")
		must0(t, s.Requests.Tidy(s.AsProgram()))
		s.wants(s.sign(boss, id), fault.NotFound, "a supervisor before the time")
		s.Advance(request.AnswerWithin)
		for range 2 {
			must0(t, s.Requests.Tidy(s.AsProgram()))
		}
		if n := s.told(boss, "request_escalated"); n != 1 {
			t.Errorf("the supervisor was told %d times", n)
		}
		must0(t, s.sign(boss, id))
		s.Advance(request.LapsesAfter - request.AnswerWithin - time.Second)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if view := s.show(s.As("rsz"), id); view.GrantState != "proposed" {
			t.Errorf("a second before the week is over it is %s", view.GrantState)
		}
		s.Advance(time.Second)
		s.wants(s.sign(s.As("auditoraat"), id), fault.Conflict, "a signature after the week")
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if !s.reads("payoke", authz.Residence) || s.reads("payoke", authz.Exploitation) {
			t.Error("after a week not exactly what was signed is open")
		}
	})
}

// TestSign_goesUpByTheLeadOfTheDesk: the lead of the desk that has to sign is told when the time has passed, the other supervisors of the
// agency a day later, and of what was signed meanwhile they are not.
func TestSign_goesUpByTheLeadOfTheDesk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		lead := s.person("be.dvz", "lead", agency.NewWorker{Supervisor: true, Desks: s.Place("be.dvz").Desks})
		boss := s.person("be.dvz", "boss", agency.NewWorker{Supervisor: true})
		first := s.owned("residence")
		tell := func(what string, leads, bosses int) {
			t.Helper()
			for range 2 {
				must0(t, s.Requests.Tidy(s.AsProgram()))
			}
			if l, b := s.told(lead, "request_escalated"), s.told(boss, "request_escalated"); l != leads || b != bosses {
				t.Errorf("%s: the lead was told %d times, the supervisor %d times", what, l, b)
			}
		}
		s.Advance(request.AnswerWithin)
		tell("when the time has passed", 1, 0)
		s.Advance(notice.LeadAnswers - time.Second)
		tell("a second before a day is over", 1, 0)
		s.Advance(time.Second)
		tell("a day later", 2, 1) // the lead is one of the supervisors too
		must0(t, s.sign(boss, first))
		must0(t, s.Requests.End(s.As("rsz"), first, s.version(first)))

		again := s.ask("payoke", "residence")
		must0(t, s.give(again, 1, "residence"))
		s.Advance(request.AnswerWithin)
		tell("the next time", 3, 1)
		must0(t, s.sign(lead, again))
		s.Advance(notice.LeadAnswers)
		tell("after it was signed", 3, 1)
	})
}

// TestRace_ofTwoSignatures: two owners at once both count and it opens once; of a yes and a no of one agency one wins.
func TestRace_ofTwoSignatures(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		version := s.version(id)
		for _, err := range testkit.Together(func() error { return s.Requests.Sign(s.As("dvz"), id, version) },
			func() error { return s.Requests.Sign(s.As("auditoraat"), id, version) }) {
			must0(t, err)
		}
		if !s.reads("payoke", authz.Residence) || s.told(s.As("payoke"), "request_granted") != 1 {
			t.Error("two signatures at once leave it closed, or open it twice")
		}
		must0(t, s.Requests.End(s.As("rsz"), id, s.version(id)))
		again := s.ask("payoke", "residence")
		must0(t, s.give(again, 1, "residence"))
		version = s.version(again)
		results := testkit.Together(func() error { return s.Requests.Sign(s.As("dvz"), again, version) },
			func() error { return s.Requests.Keep(s.As("dvz"), again, version, "safety") })
		if (results[0] == nil) == (results[1] == nil) || s.reads("payoke", authz.Residence) != (results[0] == nil) {
			t.Errorf("a yes and a no at once: %v, open %v", results, s.reads("payoke", authz.Residence))
		}
	})
}

// TestSign_waitsForTheSecondPersonToo: where the sharpest sections are asked for, the owner and a second person of the lead sign, in
// either order; a no of the second person is told to the asker.
func TestSign_waitsForTheSecondPersonToo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		second := s.person("be.auditoraat", "second", agency.NewWorker{Desks: s.Place("be.auditoraat").Desks})
		caseID := s.OpenCase("auditoraat")
		s.AddToTeam("auditoraat", caseID, "be.fgp")
		victimID := s.OpenVictim("fgp", caseID, section.Values{"family_name": "Tran"})
		must(s.Sharing.Add(s.As("auditoraat"), caseID, sharing.NewMember{DeskID: s.Place("be.advocaat").Desks[0], VictimIDs: []string{victimID},
			Terms: sharing.Terms{Purpose: "prosecution", Basis: "legal_task"}}, ""))(t)
		draft := s.intelligence()
		must(s.Entries.Add(s.As("fgp"), gate.Case, caseID, authz.Intelligence, draft, ""))(t)
		release := sharing.Terms{Purpose: "prosecution", Basis: "magistrate_release", BasisRef: "2026/114", Document: judge}
		asked := func() string {
			n := wanted("intelligence")
			n.Terms = release
			id := must(s.Requests.Ask(s.As("advocaat"), gate.Case, caseID, n, ""))(t)
			must0(t, s.Requests.Grant(s.As("auditoraat"), id, 1, request.Answer{Sections: []string{"intelligence"}, Terms: release}))
			return id
		}
		for _, ownerFirst := range []bool{true, false} {
			id := asked()
			grantID := s.show(s.As("advocaat"), id).GrantID
			steps := []func() error{
				func() error { return s.Requests.Sign(s.As("fgp"), id, s.show(s.As("fgp"), id).Version) },
				func() error { return s.Sharing.Approve(second, grantID, 1) }}
			if !ownerFirst {
				steps[0], steps[1] = steps[1], steps[0]
			}
			must0(t, steps[0]())
			if view := s.show(s.As("advocaat"), id); view.GrantState != "proposed" {
				t.Fatalf("owner first %v: after one of two it is %s", ownerFirst, view.GrantState)
			}
			must0(t, steps[1]())
			view := s.show(s.As("advocaat"), id)
			if !view.Holds(view.Now) {
				t.Fatalf("owner first %v: after both it is %+v", ownerFirst, view)
			}
			must0(t, s.Requests.End(s.As("auditoraat"), id, view.Version))
		}
		if told := s.told(s.As("advocaat"), "request_granted"); told != 2 {
			t.Errorf("the asker was told %d times that it is open", told)
		}
		id := asked()
		must0(t, s.Sharing.RefuseApproval(second, s.show(s.As("advocaat"), id).GrantID, 1))
		if view := s.show(s.As("advocaat"), id); view.State != request.Refused || s.told(s.As("advocaat"), "request_refused") != 1 {
			t.Errorf("after the second person's no it is %s", view.State)
		}
		s.wants(s.Requests.Sign(s.As("fgp"), id, s.show(s.As("fgp"), id).Version), fault.Conflict, "signing what the second person refused")
		lapsing := asked()
		s.Advance(73 * time.Hour)
		// the other is of the scene's own case: intelligence for the prosecutor's place in its team
		if n := must(s.Sharing.LapseApprovals(s.AsProgram()))(t); n != 2 {
			t.Errorf("%d proposals lapsed", n)
		}
		if view := s.show(s.As("advocaat"), lapsing); view.State != request.Refused || s.told(s.As("advocaat"), "request_refused") != 2 {
			t.Errorf("after a proposal lapsed it is %s", view.State)
		}
	})
}

// TestBrowser_signsForWhoWroteIt in German and French: a no needs a reason, and what has happened is shown to the lead.
func TestBrowser_signsForWhoWroteIt(t *testing.T) {
	s := setUp(testkit.Open(t, "sqlite"))
	id := s.owned("residence", "exploitation")
	site := s.Serve(t)
	tab := site.Browse("dvz")
	tab.Open(site.URL + "/requests")
	tab.Click("Deutsch")
	testkit.Inspect(t, tab, "request-list-sign-de")
	tab.Open(site.URL + "/requests/" + id)
	testkit.Inspect(t, tab, "request-sign-de")
	tab.Click("Geschlossen halten")
	if tab.Status() != http.StatusUnprocessableEntity {
		t.Errorf("a no without a reason: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "request-sign-wrong-de")
	tab.Click("Zustimmen")
	if !tab.Has("Ihre Dienststelle stimmt zu") {
		t.Errorf("not signed: %s", tab.Text())
	}
	lead := site.Browse("rsz")
	lead.Open(site.URL + "/requests/" + id)
	lead.Click("Français")
	testkit.Inspect(t, lead, "request-signatures-fr")
	if lead.Has("Dienst Vreemdelingenzaken") {
		t.Error("the lead reads who wrote in the section")
	}
}
