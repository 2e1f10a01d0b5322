package request_test

import (
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/request"
	"relais/internal/sharing"
)

// give grants all that is asked for, as the inspection.
func (s *scene) give(id string, version int64, sections ...string) error {
	return s.Requests.Grant(s.As("rsz"), id, version, answer(sections...))
}

func answer(sections ...string) request.Answer {
	return request.Answer{Sections: sections, Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}
}

func TestAsk_opensWhatTheLeadGrantsAndNoMore(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		if s.reads("payoke", authz.Residence) {
			t.Fatal("the section is open before anybody asked")
		}
		id := s.ask("payoke", "residence", "exploitation")
		view := s.show(s.As("rsz"), id)
		if !view.CanAnswer || view.Note == "" || view.Agency != "Payoke" || view.Asker != "" || view.CanWithdraw {
			t.Errorf("the lead sees %+v", view)
		}
		if got := s.told(s.As("rsz"), "request_asked"); got != 1 {
			t.Errorf("the lead's desk was told %d times", got)
		}
		waiting := must(s.Requests.List(s.As("rsz"), request.Waiting, gate.Cursor{}))(t)
		if len(waiting.Requests) != 1 || waiting.Requests[0].ID != id {
			t.Errorf("the lead's list holds %+v", waiting.Requests)
		}
		for key, want := range map[string]int{"rsz": 1, "rsz.other": 0, "payoke": 0, "auditoraat": 0} {
			if tile := must(s.Worklist.Show(s.As(key)))(t); tile.Requests.Number != want {
				t.Errorf("the worklist of %s counts %d", key, tile.Requests.Number)
			}
		}
		a := answer("residence")
		a.Until = s.Today().AddDays(10)
		must0(t, s.Requests.Grant(s.As("rsz"), id, view.Version, a))
		if !s.reads("payoke", authz.Residence) || !s.reads("payoke.second", authz.Residence) || s.reads("payoke", authz.Exploitation) {
			t.Error("not exactly what was granted is open to the desk")
		}
		view = s.show(s.As("payoke"), id)
		if view.State != request.Granted || view.Given != authz.SectionsOf(authz.Residence) || !view.CanEnd || view.Asker == "" || view.CanAnswer {
			t.Errorf("the asker sees %+v", view)
		}
		if got := s.told(s.As("payoke"), "request_granted"); got != 1 {
			t.Errorf("the asker was told %d times", got)
		}
		s.Advance(11 * 24 * time.Hour)
		if s.reads("payoke", authz.Residence) || !s.reads("payoke", authz.Identity) {
			t.Error("the access did not end by itself, or more than it ended")
		}
	})
}

func TestAsk_forMeOpensToOnePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := wanted("residence")
		n.For = request.ForMe
		id := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, n, ""))(t)
		must0(t, s.give(id, 1, "residence"))
		if !s.reads("payoke", authz.Residence) || s.reads("payoke.second", authz.Residence) {
			t.Error("what one person asked for is not open to that person alone")
		}
	})
}

func TestRequests_doNotExistForStrangers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.ask("payoke", "residence")
		for _, key := range []string{"pagasa", "cosm", "avim", "spj", "rsz.other", "auditoraat", "payoke.admin", "payoke.auditor", "rsz.auditor"} {
			ctx := s.As(key)
			_, err := s.Requests.Show(ctx, id)
			s.wants(err, fault.NotFound, key+" shows it")
			s.wants(s.Requests.Grant(ctx, id, 1, answer("residence")), fault.NotFound, key+" grants it")
			s.wants(s.Requests.Refuse(ctx, id, 1, "not_needed"), fault.NotFound, key+" refuses it")
			s.wants(s.Requests.Withdraw(ctx, id, 1), fault.NotFound, key+" withdraws it")
			s.wants(s.Requests.End(ctx, id, 1), fault.NotFound, key+" ends it")
			for _, box := range request.Boxes() {
				if list := must(s.Requests.List(ctx, box, gate.Cursor{}))(t); len(list.Requests) > 0 {
					t.Errorf("%s finds %d in %s", key, len(list.Requests), box)
				}
			}
		}
		for _, key := range []string{"pagasa", "cosm", "rsz.other", "payoke.admin"} {
			_, err := s.Requests.Ask(s.As(key), gate.Victim, s.victimID, wanted("residence"), "")
			s.wants(err, fault.NotFound, key+" asks")
			_, err = s.Requests.Form(s.As(key), gate.Victim, s.victimID)
			s.wants(err, fault.NotFound, key+" sees the form")
		}
		s.wants(s.Requests.Grant(s.As("payoke"), id, 1, answer("residence")), fault.Refused, "the asker answers")
		s.wants(s.Requests.Withdraw(s.As("rsz"), id, 1), fault.Refused, "the lead withdraws")
		_, err := s.Requests.Ask(s.As("rsz"), gate.Victim, s.victimID, wanted("residence"), "")
		s.wantsKey(err, fault.Refused, "request.you_lead", "the lead asks")
	})
}

func TestAsk_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, c := range []struct {
			claim, field, key string
			change            func(n *request.New)
		}{
			{"no section", "sections", "sharing.no_section", func(n *request.New) { n.Sections = nil }},
			{"an unknown section", "sections", "fault.field_unknown_code", func(n *request.New) { n.Sections = []string{"diary"} }},
			{"a section of case files", "sections", "request.not_in_this_file", func(n *request.New) { n.Sections = []string{"intelligence"} }},
			{"an open section", "sections", "request.open_already", func(n *request.New) { n.Sections = []string{"identity"} }},
			{"a section that shelters never see", "sections", "request.never", func(n *request.New) { n.Sections = []string{"statements"} }},
			{"a basis that opens nothing", "sections", "request.other_basis_needed", func(n *request.New) { n.Sections = []string{"labour"} }},
			{"no reason", "reason", "fault.field_required", func(n *request.New) { n.Reason = "" }},
			{"an unknown reason", "reason", "fault.field_unknown_code", func(n *request.New) { n.Reason = "curiosity" }},
			{"nobody to ask for", "for", "fault.field_unknown_code", func(n *request.New) { n.For = "everybody" }},
			{"no note", "note", "fault.field_required", func(n *request.New) { n.Note = "  " }},
			{"a note with control characters", "note", "fault.field_control_characters", func(n *request.New) { n.Note = "a\x07b" }},
			{"no purpose", "purpose", "fault.field_required", func(n *request.New) { n.Purpose = "" }},
			{"an unknown basis", "basis", "fault.field_unknown_code", func(n *request.New) { n.Basis = "habit" }},
			{"a gateway that is not cited", "basis_ref", "sharing.basis_ref_required", func(n *request.New) { n.Basis = "legal_gateway" }},
			{"an end in the past", "until", "sharing.until_past", func(n *request.New) { n.Until = s.Today().AddDays(-1) }},
			{"an end after the own access", "until", "request.beyond_access", func(n *request.New) { n.Until = s.Today().AddDays(200) }},
			{"no date", "until", "fault.field_not_a_date", func(n *request.New) { n.Until = "soon" }},
		} {
			n := wanted("residence")
			c.change(&n)
			_, err := s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, n, "")
			s.wantsField(err, c.field, c.key, c.claim)
		}
		s.ask("payoke", "residence")
		_, err := s.Requests.Ask(s.As("payoke.second"), gate.Victim, s.victimID, wanted("exploitation"), "")
		s.wantsField(err, "sections", "request.already_open", "a second request of the desk")
	})
}

func TestAsk_happensOnceForAKey(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		first := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, wanted("residence"), "key-of-the-form"))(t)
		again := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, wanted("residence"), "key-of-the-form"))(t)
		if first != again {
			t.Error("sent twice, asked twice")
		}
		_, err := s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, wanted("exploitation"), "key-of-the-form")
		s.wants(err, fault.Conflict, "the same key for something else")
	})
}

func TestGrant_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := wanted("residence")
		n.Until = s.Today().AddDays(20)
		id := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, n, ""))(t)
		for _, c := range []struct {
			claim, field, key string
			change            func(a *request.Answer)
		}{
			{"nothing", "sections", "sharing.no_section", func(a *request.Answer) { a.Sections = nil }},
			{"more than asked", "sections", "request.more_than_asked", func(a *request.Answer) { a.Sections = []string{"residence", "exploitation"} }},
			{"longer than asked", "until", "request.longer_than_asked", func(a *request.Answer) { a.Until = s.Today().AddDays(21) }},
			{"an end in the past", "until", "sharing.until_past", func(a *request.Answer) { a.Until = s.Today().AddDays(-2) }},
			{"no basis", "basis", "fault.field_required", func(a *request.Answer) { a.Basis = "" }},
			{"no purpose", "purpose", "fault.field_required", func(a *request.Answer) { a.Purpose = "" }},
		} {
			a := answer("residence")
			c.change(&a)
			s.wantsField(s.Requests.Grant(s.As("rsz"), id, 1, a), c.field, c.key, c.claim)
		}
		s.wantsField(s.Requests.Refuse(s.As("rsz"), id, 1, ""), "reason", "fault.field_required", "a refusal without a reason")
		s.wantsKey(s.give(id, 7, "residence"), fault.Conflict, "request.changed", "a stale page")
		if s.reads("payoke", authz.Residence) {
			t.Error("a refused answer opened something")
		}
	})
}

func TestAnswers_haveOneWinner(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.ask("payoke", "residence")
		must0(t, s.Requests.Withdraw(s.As("payoke.second"), id, 1))
		s.wantsKey(s.give(id, 1, "residence"), fault.Conflict, "request.already_withdrawn", "granted after it was withdrawn")
		id = s.ask("payoke", "residence")
		must0(t, s.Requests.Refuse(s.As("rsz.second"), id, 1, "too_broad"))
		s.wantsKey(s.give(id, 2, "residence"), fault.Conflict, "request.already_refused", "granted after it was refused")
		s.wantsKey(s.Requests.Withdraw(s.As("payoke"), id, 2), fault.Conflict, "request.already_refused", "withdrawn after it was refused")
		if view := s.show(s.As("payoke"), id); view.RefuseReason != "too_broad" || s.told(s.As("payoke"), "request_refused") != 1 {
			t.Errorf("the asker sees %+v", view)
		}
		id = s.ask("payoke", "residence")
		must0(t, s.give(id, 1, "residence"))
		s.wantsKey(s.give(id, 2, "residence"), fault.Conflict, "request.already_granted", "granted twice")
	})
}

func TestEnd_takesBackOnlyWhatWasGranted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, by := range []string{"rsz", "payoke"} {
			id := s.ask("payoke", "residence")
			must0(t, s.give(id, 1, "residence"))
			s.wantsKey(s.Requests.End(s.As(by), id, 1), fault.Conflict, "request.changed", "ended on a stale page")
			must0(t, s.Requests.End(s.As(by), id, 2))
			if s.reads("payoke", authz.Residence) || !s.reads("payoke", authz.Identity) {
				t.Errorf("%s ended more or less than was granted", by)
			}
			s.wantsKey(s.Requests.End(s.As(by), id, 3), fault.Conflict, "request.nothing_to_end", "ended twice")
		}
	})
}

func TestGrant_endsWithTheAccessThatItHangsOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.caseID = s.OpenCase("auditoraat")
		member := s.AddToTeam("auditoraat", s.caseID, "be.rsz")
		n := wanted("proceeds")
		n.Basis, n.BasisRef = "magistrate_release", "2026/114"
		id := must(s.Requests.Ask(s.As("rsz"), gate.Case, s.caseID, n, ""))(t)
		a := answer("proceeds")
		s.wantsField(s.Requests.Grant(s.As("auditoraat"), id, 1, a), "basis", "request.other_basis_needed", "a basis that opens nothing")
		a.Basis, a.BasisRef, a.Document = "magistrate_release", "2026/114", judge
		must0(t, s.Requests.Grant(s.As("auditoraat"), id, 1, a))
		open := func() int64 {
			var count int64
			must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
				return tx.Get(&count, `SELECT COUNT(*) FROM file_grant WHERE id = (SELECT grant_id FROM access_request WHERE id = :id) AND state = 'live'`,
					database.Args{"id": id})
			}))
			return count
		}
		if open() != 1 {
			t.Fatal("nothing was granted")
		}
		must0(t, s.Sharing.Remove(s.As("auditoraat"), s.caseID, member, 1))
		if open() != 0 {
			t.Error("who left the team kept what was granted beside it")
		}
	})
}

func TestGrant_isRefusedWhenTheAskerIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.ask("payoke", "residence")
		s.exec(`UPDATE file_grant SET state = 'ended' WHERE file_id = :file AND agency_id = :agency`,
			database.Args{"file": s.victimID, "agency": s.Place("be.payoke").ID})
		s.wantsKey(s.give(id, 1, "residence"), fault.Conflict, "request.asker_gone", "granted to who no longer sees the file")
	})
}

func TestDutyOfficer_answersForTheLeadWithoutSeeingTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		duty := s.person("be.rsz", "duty", agency.NewWorker{Duty: true})
		foreign := s.person("be.pagasa", "foreign", agency.NewWorker{Duty: true, Supervisor: true})
		id := s.ask("payoke", "residence")
		_, err := s.Victims.Show(duty, s.victimID)
		s.wants(err, fault.NotFound, "the duty officer opens the file")
		if view := s.show(duty, id); !view.CanAnswer || view.Note == "" || view.CanOpen {
			t.Errorf("the duty officer sees %+v", view)
		}
		s.wants(s.Requests.Grant(foreign, id, 1, answer("residence")), fault.NotFound, "the duty officer of another agency answers")
		must0(t, s.Requests.Grant(duty, id, 1, answer("residence")))
		if !s.reads("payoke", authz.Residence) {
			t.Error("the duty officer's answer opened nothing")
		}
		_, err = s.Victims.Show(duty, s.victimID)
		s.wants(err, fault.NotFound, "the duty officer opens the file after the answer")
	})
}

func TestTidy_escalatesAfterTwoDaysAndEndsAfterAWeek(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		boss := s.person("be.rsz", "boss", agency.NewWorker{Supervisor: true})
		id := s.ask("payoke", "residence")
		s.wants(s.Requests.Refuse(boss, id, 1, "not_needed"), fault.NotFound, "the supervisor answers at once")
		s.Advance(request.AnswerWithin - time.Second)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if s.told(boss, "request_escalated") != 0 {
			t.Error("told before the time was over")
		}
		s.Advance(time.Second)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		must0(t, s.Requests.Tidy(s.AsProgram()))
		head := s.As("rsz.head")
		if got, early := s.told(head, "request_escalated"), s.told(boss, "request_escalated"); got != 1 || early != 0 {
			t.Errorf("the lead of the desk was told %d times, who stands in %d times", got, early)
		}
		if view := s.show(boss, id); !view.CanAnswer || !view.Overdue(view.Now) || view.Version != 1 {
			t.Errorf("the supervisor sees %+v", view)
		}
		s.Advance(notice.LeadAnswers)
		must0(t, s.Requests.Tidy(s.AsProgram()))
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if got := s.told(boss, "request_escalated"); got != 1 {
			t.Errorf("who stands in was told %d times a day later", got)
		}
		s.Advance(request.LapsesAfter - request.AnswerWithin - notice.LeadAnswers)
		s.wantsKey(s.give(id, 1, "residence"), fault.Conflict, "request.already_expired", "granted after the end, before any job ran")
		must0(t, s.Requests.Tidy(s.AsProgram()))
		must0(t, s.Requests.Tidy(s.AsProgram()))
		if view := s.show(s.As("payoke"), id); view.State != request.Expired || s.told(s.As("payoke"), "request_expired") != 1 {
			t.Errorf("the asker sees %+v", view)
		}
		s.ask("payoke", "residence")
	})
}

func TestSupervisor_answersOnceTheTimeIsOver(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		boss := s.person("be.rsz", "boss", agency.NewWorker{Supervisor: true})
		id := s.ask("payoke", "residence")
		s.Advance(request.AnswerWithin)
		must0(t, s.Requests.Grant(boss, id, 1, answer("residence")))
		if !s.reads("payoke", authz.Residence) {
			t.Error("the supervisor's answer opened nothing")
		}
	})
}

func TestExcluded_findNoRequest(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.ask("payoke", "residence")
		for _, key := range []string{"rsz.second", "payoke"} {
			s.exec(`INSERT INTO exclusion (id, file_id, worker_id, worker_agency_id, reason, excluded_by, agency_id, from_at, root_id)
VALUES (:id, :file, :worker, :agency, 'conflict_of_interest', 'test', :agency, :now, :id)`, database.Args{"id": gate.NewID(), "file": s.victimID,
				"worker": s.Person(key).ID, "agency": s.Person(key).AgencyID, "now": s.Now()})
			_, err := s.Requests.Show(s.As(key), id)
			s.wants(err, fault.NotFound, key+" shows it")
			s.wants(s.Requests.Refuse(s.As(key), id, 1, "not_needed"), fault.NotFound, key+" answers it")
			for _, box := range request.Boxes() {
				if list := must(s.Requests.List(s.As(key), box, gate.Cursor{}))(t); len(list.Requests) > 0 {
					t.Errorf("%s finds it in %s", key, box)
				}
			}
		}
		must0(t, s.Requests.Refuse(s.As("rsz"), id, 1, "not_needed"))
	})
}
