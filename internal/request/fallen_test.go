package request_test

import (
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
)

// fell checks that a proposal came to nothing, that the asker was told and that nobody has to sign any more.
func (s *scene) fell(id, what string) {
	s.T.Helper()
	view := s.show(s.As("payoke"), id)
	if view.State != request.Refused || view.GrantState != "ended" || s.told(s.As("payoke"), "request_refused") != 1 {
		s.T.Errorf("%s: it is %s, its grant %s, and the asker was told %d times", what, view.State, view.GrantState, s.told(s.As("payoke"), "request_refused"))
	}
	s.unsigned(id, what)
}

func (s *scene) unsigned(id, what string) {
	s.T.Helper()
	for _, one := range s.show(s.As("rsz"), id).Signatures {
		if one.State == request.SignatureOpen {
			s.T.Errorf("%s: a signature is open", what)
		}
	}
}

// elsewhere is a request on another file, of another agency, that waits for the immigration office.
func (s *scene) elsewhere() (id string) {
	s.T.Helper()
	caseID := s.OpenCase("rsz")
	s.AddToTeam("rsz", caseID, "be.dvz")
	victimID := s.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran"})
	s.Refer("rsz", victimID, "be.pagasa", "pagasa", "identity")
	s.Write("dvz", victimID, authz.Residence, "legal_task", section.Values{"status": "reflection"})
	id = must(s.Requests.Ask(s.As("pagasa"), gate.Victim, victimID, wanted("residence"), ""))(s.T)
	must0(s.T, s.give(id, 1, "residence"))
	return id
}

// TestCloseSilent_goesPastWhatCanNoLongerOpen: the silence of an owner on a closed file, or under a proposal whose day has passed, ends
// that proposal and keeps nobody else's from lapsing.
func TestCloseSilent_goesPastWhatCanNoLongerOpen(t *testing.T) {
	for _, what := range []string{"closed", "past"} {
		t.Run(what, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				s.written()
				id, a := s.ask("payoke", "residence", "exploitation"), answer("residence", "exploitation")
				if what == "past" {
					a.Until = s.Today().AddDays(3)
				}
				must0(t, s.Requests.Grant(s.As("rsz"), id, 1, a))
				must0(t, s.sign(s.As("dvz"), id))
				s.Advance(time.Second)
				later := s.elsewhere()
				if what == "closed" {
					s.stage(s.victimID, gate.StageClosed)
				}
				s.Advance(request.LapsesAfter)
				must0(t, s.Requests.Tidy(s.AsProgram()))
				s.fell(id, what)
				if view := s.show(s.As("pagasa"), later); view.State != request.Refused || s.told(s.As("pagasa"), "request_refused") != 1 {
					t.Errorf("the other request is %s", view.State)
				}
				if s.reads("payoke", authz.Exploitation) || s.reads("payoke", authz.Residence) {
					t.Error("something is open")
				}
			})
		})
	}
}

// TestKeep_onAClosedFile: the no of the last owner ends what could no longer open.
func TestKeep_onAClosedFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		must0(t, s.sign(s.As("dvz"), id))
		s.stage(s.victimID, gate.StageClosed)
		must0(t, s.Requests.Keep(s.As("auditoraat"), id, s.version(id), "safety"))
		s.fell(id, "closed")
	})
}

func (s *scene) ceiling(place string, sections authz.SectionSet) {
	s.T.Helper()
	s.exec(`INSERT INTO partner_ceiling (agency_id, kind, version, sections, days, team_days, set_by, set_at)
VALUES (:agency, 'shelter', 1, :sections, 366, 366, :by, :at)`, database.Args{"agency": s.Place(place).ID, "sections": int64(sections),
		"by": s.Person("rsz").ID, "at": s.Now()})
}

// TestSign_isHeldToTheCeilingOfWhoGives: an agency that signs does not give, so its own ceiling does not count; what the lead no longer
// lets shelters have does not open by anybody's signature, nor by silence.
func TestSign_isHeldToTheCeilingOfWhoGives(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence")
		s.ceiling("be.dvz", authz.SectionsOf(authz.Identity))
		must0(t, s.sign(s.As("dvz"), id))
		if !s.reads("payoke", authz.Residence) {
			t.Error("the owner's own ceiling keeps it closed")
		}
		must0(t, s.Requests.End(s.As("rsz"), id, s.version(id)))
		signed := s.ask("payoke", "residence")
		must0(t, s.give(signed, 1, "residence"))
		s.ceiling("be.rsz", authz.SectionsOf(authz.Identity, authz.Exploitation))
		must0(t, s.sign(s.As("dvz"), signed))
		s.fell(signed, "above the ceiling")
		if s.reads("payoke", authz.Residence) {
			t.Error("it opens above the ceiling of who gives it")
		}
	})
}

// TestEnd_takesBackWhatWaitsForASignature: by the lead or by the asker, and not by who has to sign.
func TestEnd_takesBackWhatWaitsForASignature(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		if s.show(s.As("dvz"), id).CanEnd {
			t.Error("who has to sign is offered the end")
		}
		s.wants(s.Requests.End(s.As("dvz"), id, s.version(id)), fault.Refused, "who has to sign ends it")
		must0(t, s.sign(s.As("dvz"), id))
		s.wants(s.Requests.End(s.As("dvz"), id, s.version(id)), fault.Refused, "who has signed ends it")
		for _, key := range []string{"rsz", "payoke"} {
			view := s.show(s.As(key), id)
			if !view.CanEnd {
				t.Errorf("%s is not offered the end", key)
			}
			must0(t, s.Requests.End(s.As(key), id, view.Version))
			if after := s.show(s.As("payoke"), id); after.State != request.Ended || after.GrantState != "ended" {
				t.Errorf("%s took it back, and it is %s, %s", key, after.State, after.GrantState)
			}
			s.unsigned(id, key)
			s.wants(s.sign(s.As("auditoraat"), id), fault.Conflict, "signing what was taken back")
			if key == "rsz" {
				id = s.ask("payoke", "residence", "exploitation")
				must0(t, s.give(id, 1, "residence", "exploitation"))
			}
		}
		if n := s.told(s.As("payoke"), "request_ended"); n != 1 {
			t.Errorf("the asker was told %d times", n)
		}
	})
}

// TestTidy_closesWhatEndedByAnotherRoad: with the access that it hangs on a proposal ends, and its asker hears of it once.
func TestTidy_closesWhatEndedByAnotherRoad(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.owned("residence", "exploitation")
		s.exec(`UPDATE file_grant SET state = 'ended', ended_at = :now, end_reason = 'expired' WHERE id = :grant`,
			database.Args{"now": s.Now(), "grant": s.show(s.As("rsz"), id).GrantID})
		for range 2 {
			must0(t, s.Requests.Tidy(s.AsProgram()))
		}
		s.fell(id, "ended by another road")
		s.wants(s.sign(s.As("dvz"), id), fault.Conflict, "signing what ended")
	})
}
