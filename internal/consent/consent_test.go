package consent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/sharing"
)

func TestRecord_keepsWhatThePersonSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		view := s.show("rsz")
		if view.State(s.Now()) != consent.Live || view.Witness != "Lotte Vermoesen" || view.Language != "vi" || view.Agency != "RSZ/ONSS" ||
			len(view.Recipients) != 1 || view.Recipients[0].Agency != "Payoke" || view.Sections.String() == "" || !view.CanChange || !view.CanWithdraw {
			t.Errorf("kept %+v", view.Consent)
		}
		list := must(s.Consents.List(s.As("rsz"), s.victimID))(t)
		if len(list.Consents) != 1 || list.Consents[0].Witness != "" || !list.CanRecord {
			t.Errorf("listed %+v", list)
		}
		if found := must(s.Consents.Find(s.As("rsz"), s.consentID))(t); found != s.victimID {
			t.Errorf("found %q", found)
		}
		if n := s.number(`SELECT COUNT(*) FROM consent_version WHERE consent_id = :id`, database.Args{"id": s.consentID}); n != 1 {
			t.Errorf("%d versions", n)
		}
	})
}

func TestRecord_happensOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		first := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), "the-same-key"))(t)
		again := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), "the-same-key"))(t)
		if first != again {
			t.Errorf("recorded twice: %s and %s", first, again)
		}
		other := s.yes()
		other.Note = "Another."
		_, err := s.Consents.Record(s.As("rsz"), s.victimID, other, "the-same-key")
		wants(t, err, fault.Conflict, "the same key with other words")
	})
}

// TestRecord_refusesBadInput gives every rule its own mistake.
func TestRecord_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, test := range []struct {
			field, key string
			change     func(n *consent.New)
		}{
			{"sections", "gate.no_section", func(n *consent.New) { n.Sections = nil }},
			{"sections", "fault.field_unknown_code", func(n *consent.New) { n.Sections = []string{"diary"} }},
			{"sections", "consent.never_shared", func(n *consent.New) { n.Sections = []string{"shelter_location"} }},
			{"recipients", "consent.no_recipient", func(n *consent.New) { n.Recipients = nil }},
			{"recipients", "gate.no_such_grantee", func(n *consent.New) { n.Recipients[0].AgencyID = "nobody" }},
			{"recipients", "gate.no_such_grantee", func(n *consent.New) { n.Recipients[0].DeskID = s.Place("be.fgp").Desks[0] }},
			{"purposes", "fault.field_required", func(n *consent.New) { n.Purposes = nil }},
			{"purposes", "fault.field_unknown_code", func(n *consent.New) { n.Purposes = []string{"statistics"} }},
			{"asked_on", "fault.field_required", func(n *consent.New) { n.AskedOn = "" }},
			{"asked_on", "fault.field_not_a_date", func(n *consent.New) { n.AskedOn = "2026-02-30" }},
			{"asked_on", "consent.asked_later", func(n *consent.New) { n.AskedOn = "2026-03-03" }},
			{"until", "fault.field_required", func(n *consent.New) { n.Until = "" }},
			{"until", "fault.field_not_a_date", func(n *consent.New) { n.Until = "soon" }},
			{"until", "gate.until_past", func(n *consent.New) { n.Until = "2026-03-01" }},
			{"until", "consent.too_long", func(n *consent.New) { n.Until = "2029-01-01" }},
			{"how", "fault.field_required", func(n *consent.New) { n.How = "" }},
			{"how", "fault.field_unknown_code", func(n *consent.New) { n.How = "assumed" }},
			{"language", "fault.field_required", func(n *consent.New) { n.Language = "" }},
			{"language", "fault.field_unknown_code", func(n *consent.New) { n.Language = "klingon" }},
			{"explained", "consent.explain_all", func(n *consent.New) { n.Explained = n.Explained[:6] }},
			{"explained", "consent.explain_all", func(n *consent.New) { n.Explained = append(n.Explained[:6], n.Explained[0]) }},
			{"explained", "fault.field_unknown_code", func(n *consent.New) { n.Explained = append(n.Explained, "weather") }},
			{"witness", "consent.witness_needed", func(n *consent.New) { n.Witness = " " }},
			{"guardian", "consent.no_guardian", func(n *consent.New) { n.Minor = true }},
			{"guardian", "consent.no_guardian", func(n *consent.New) { n.Minor, n.Guardian = true, "Aline Desforges" }},
			{"minor", "consent.guardian_of_adult", func(n *consent.New) { n.Guardian = "Aline Desforges" }},
			{"minor", "consent.guardian_of_adult", func(n *consent.New) { n.How = "with_guardian" }},
			{"note", "fault.field_too_long", func(n *consent.New) { n.Note = strings.Repeat("x", 2001) }},
			{"interpreter", "fault.field_control_characters", func(n *consent.New) { n.Interpreter = "a\x00b" }},
		} {
			n := s.yes()
			test.change(&n)
			_, err := s.Consents.Record(s.As("rsz"), s.victimID, n, "")
			wantsField(t, err, test.field, test.key)
		}
		if list := must(s.Consents.List(s.As("rsz"), s.victimID))(t); len(list.Consents) != 1 {
			t.Errorf("%d consents after refusals", len(list.Consents))
		}
	})
}

// TestConsent_ofStrangersIsNotThere: whoever has no grant on the file, and whoever sees it without having received the consent.
func TestConsent_ofStrangersIsNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.AddToTeam("rsz", s.caseID, "be.fgp")
		for _, who := range []string{"avim", "payoke", "rsz.other"} {
			_, err := s.Consents.List(s.As(who), s.victimID)
			wants(t, err, fault.NotFound, who+" lists")
			_, err = s.Consents.Record(s.As(who), s.victimID, s.yes(), "")
			wants(t, err, fault.NotFound, who+" records")
		}
		if list := must(s.Consents.List(s.As("fgp"), s.victimID))(t); len(list.Consents) != 0 {
			t.Error("another agency of the team reads it")
		}
		for _, who := range []string{"avim", "payoke", "fgp", "rsz.other"} {
			_, err := s.Consents.Show(s.As(who), s.victimID, s.consentID)
			wants(t, err, fault.NotFound, who+" shows")
			_, err = s.Consents.Form(s.As(who), s.victimID, s.consentID)
			wants(t, err, fault.NotFound, who+" opens the form")
			_, err = s.Consents.Find(s.As(who), s.consentID)
			wants(t, err, fault.NotFound, who+" finds")
			wants(t, s.Consents.Change(s.As(who), s.victimID, s.consentID, 1, s.yes()), fault.NotFound, who+" changes")
			_, err = s.Consents.Withdraw(s.As(who), s.victimID, s.consentID, 1, "spoken", "")
			wants(t, err, fault.NotFound, who+" withdraws")
		}
		_, err := s.Consents.Show(s.As("rsz"), s.OpenVictim("rsz", s.caseID, nil), s.consentID)
		wants(t, err, fault.NotFound, "under another person's file")
	})
}

// TestCovers_refusesWhatThePersonDidNotAllow shares beyond the consent in every direction.
func TestCovers_refusesWhatThePersonDidNotAllow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		other := s.OpenVictim("rsz", s.caseID, nil)
		for _, test := range []struct {
			field, key string
			change     func(n *sharing.NewReferral)
		}{
			{"consent", "gate.no_consent", func(n *sharing.NewReferral) { n.ConsentID = "" }},
			{"consent", "consent.other_person", func(n *sharing.NewReferral) { n.ConsentID = "00000000-0000-7000-8000-000000000000" }},
			{"consent", "consent.other_person", func(n *sharing.NewReferral) { n.ConsentID = s.record("rsz", other, s.yes()) }},
			{"to", "consent.other_recipient", func(n *sharing.NewReferral) { n.DeskID = s.Place("be.pagasa").Desks[0] }},
			{"sections", "consent.other_section", func(n *sharing.NewReferral) { n.Sections = []string{"identity", "labour"} }},
			{"purpose", "consent.other_purpose", func(n *sharing.NewReferral) { n.Purpose = "compensation" }},
			{"until", "consent.until_too_late", func(n *sharing.NewReferral) { n.Until = "2026-07-01" }},
			{"consent", "gate.consent_not_asked", func(n *sharing.NewReferral) { n.Basis = "legal_task" }},
		} {
			n := s.offer()
			test.change(&n)
			_, err := s.Sharing.Refer(s.As("rsz"), s.victimID, n, "")
			wantsField(t, err, test.field, test.key)
		}
		s.Advance(121 * 24 * time.Hour) // 1 July
		n := s.offer()
		n.Until = "2026-07-20"
		_, err := s.Sharing.Refer(s.As("rsz"), s.victimID, n, "")
		wantsField(t, err, "consent", "consent.is_expired")
		if n := s.number(`SELECT COUNT(*) FROM file_grant WHERE basis = 'consent'`, nil); n != 0 {
			t.Errorf("%d grants on consent after refusals", n)
		}
	})
}

// TestCovers_aDeskIsNotItsAgency: a consent for one desk reaches that desk and the people at it.
func TestCovers_aDeskIsNotItsAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		desk := s.yes()
		desk.Recipients = []consent.Recipient{{AgencyID: s.payoke().ID, DeskID: s.payoke().Desks[0]}}
		s.consentID = s.record("rsz", s.victimID, desk)
		s.refer()
		if !s.sees("payoke") {
			t.Error("the desk that the person named does not get in")
		}
		whole := s.yes()
		whole.Recipients = append(whole.Recipients, desk.Recipients...)
		s.consentID = s.record("rsz", s.victimID, whole)
		if view := s.show("rsz"); len(view.Recipients) != 1 || view.Recipients[0].DeskID != "" {
			t.Errorf("an agency and its desk are %+v", view.Recipients)
		}
	})
}

func TestWithdraw_endsAtOnceWhatRestsOnIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		s.AddToTeam("rsz", s.caseID, "be.fgp")
		if !s.sees("payoke") || !s.sees("fgp") {
			t.Fatal("nobody got in")
		}
		s.withdraw("rsz")
		if s.sees("payoke") {
			t.Error("Payoke still sees the file")
		}
		if !s.sees("fgp") {
			t.Error("the police lost what they have by law")
		}
		view := s.show("rsz")
		if view.State(s.Now()) != consent.Withdrawn || view.WithdrawnBy != "RSZ/ONSS" || view.CanWithdraw || view.CanChange || len(view.Versions) != 1 {
			t.Errorf("the proof reads %+v", view.Consent)
		}
		for _, g := range view.Resting {
			if g.State != "ended" {
				t.Errorf("still %s: %+v", g.State, g)
			}
		}
		police := slices.IndexFunc(view.Staying, func(g consent.Share) bool { return g.AgencyID == s.Place("be.fgp").ID })
		if police < 0 || view.Staying[police].LegalBasis != "be.labour.task" {
			t.Errorf("what stays: %+v", view.Staying)
		}
		if s.told("payoke", "consent_withdrawn") != 1 {
			t.Error("Payoke was not asked to delete")
		}
		if n := s.number(`SELECT COUNT(*) FROM file_grant WHERE consent_id = :id AND state <> 'ended'`, database.Args{"id": s.consentID}); n != 0 {
			t.Errorf("%d grants are left", n)
		}
	})
}

// TestWithdraw_inTheSameSecond: the clock stands still, so the withdrawal and every use of the consent have the same instant.
func TestWithdraw_inTheSameSecond(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		offered := must(s.Sharing.Refer(s.As("rsz"), s.victimID, s.offer(), ""))(t)
		view := must(s.Sharing.Show(s.As("payoke"), offered))(t)
		s.withdraw("rsz")
		_, err := s.Sharing.Accept(s.As("payoke"), offered, view.Version)
		wants(t, err, fault.Conflict, "the offer is accepted")
		if now := must(s.Sharing.Show(s.As("payoke"), offered))(t); now.State != sharing.Withdrawn {
			t.Errorf("the offer is %s", now.State)
		}
		_, err = s.Sharing.Refer(s.As("rsz"), s.victimID, s.offer(), "")
		wantsField(t, err, "consent", "consent.is_withdrawn")
		_, err = s.Consents.Withdraw(s.As("rsz"), s.victimID, s.consentID, 1, "spoken", "")
		wants(t, err, fault.Conflict, "it is withdrawn twice")
		wants(t, s.Consents.Change(s.As("rsz"), s.victimID, s.consentID, 1, s.yes()), fault.Conflict, "it is changed after all")
	})
}

func TestWithdraw_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, test := range []struct{ how, note, field, key string }{
			{"", "", "how", "fault.field_required"}, {"guessed", "", "how", "fault.field_unknown_code"},
			{"spoken", strings.Repeat("x", 2001), "note", "fault.field_too_long"},
		} {
			_, err := s.Consents.Withdraw(s.As("rsz"), s.victimID, s.consentID, 1, test.how, test.note)
			wantsField(t, err, test.field, test.key)
		}
		_, err := s.Consents.Withdraw(s.As("rsz"), s.victimID, s.consentID, 7, "spoken", "")
		wants(t, err, fault.Conflict, "a stale tab")
		if now := s.show("rsz"); now.State(s.Now()) != consent.Live {
			t.Error("a refused withdrawal withdrew")
		}
	})
}

// TestWithdraw_byTheRecipient: the person tells the shelter; it must not be harder than giving was.
func TestWithdraw_byTheRecipient(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		view := s.show("payoke")
		if !view.CanWithdraw || view.CanChange {
			t.Errorf("the recipient can %v %v", view.CanWithdraw, view.CanChange)
		}
		wants(t, s.Consents.Change(s.As("payoke"), s.victimID, s.consentID, 1, s.yes()), fault.Refused, "the recipient changes it")
		gone := must(s.Consents.Withdraw(s.As("payoke"), s.victimID, s.consentID, view.Version, "written", "In the office."))(t)
		if !gone || s.sees("payoke") {
			t.Error("the recipient keeps the file")
		}
		if s.told("rsz", "consent_withdrawn_keeper") != 1 {
			t.Error("the agency that keeps the consent was not told")
		}
		if now := s.show("rsz"); now.WithdrawnBy != "Payoke" || now.WithdrawnNote != "In the office." {
			t.Errorf("the proof reads %+v", now.Consent)
		}
	})
}

// TestChange_endsWhatIsNoLongerCovered narrows the consent in each direction.
func TestChange_endsWhatIsNoLongerCovered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, test := range []struct {
			claim  string
			change func(n *consent.New)
			stays  bool
		}{
			{"the same again", func(*consent.New) {}, true},
			{"more sections", func(n *consent.New) { n.Sections = append(n.Sections, "labour") }, true},
			{"a shorter time", func(n *consent.New) { n.Until = "2026-04-30" }, true},
			{"another section", func(n *consent.New) { n.Sections = []string{"labour"} }, false},
			{"another recipient", func(n *consent.New) { n.Recipients[0].AgencyID = s.Place("be.dvz").ID }, false},
			{"another purpose", func(n *consent.New) { n.Purposes = []string{"compensation"} }, false},
		} {
			s.consentID = s.record("rsz", s.victimID, s.yes())
			grantID := s.refer()
			n := s.yes()
			test.change(&n)
			must0(t, s.Consents.Change(s.As("rsz"), s.victimID, s.consentID, 1, n))
			view := s.show("rsz")
			if view.Version != 2 || len(view.Versions) != 2 || view.Versions[1].Purposes[0] != "protection" {
				t.Errorf("%s: versions %+v", test.claim, view.Versions)
			}
			live := slices.ContainsFunc(view.Resting, func(g consent.Share) bool {
				return g.GrantID == grantID && g.State == "live" && g.Until <= view.UntilAt
			})
			if live != test.stays {
				t.Errorf("%s: stays %v", test.claim, live)
			}
			wants(t, s.Consents.Change(s.As("rsz"), s.victimID, s.consentID, 1, n), fault.Conflict, "a stale tab")
			s.withdraw("rsz")
		}
	})
}

// TestWithdraw_leavesNothingHalfDone stops the process's work between two of its steps: the last one fails.
func TestWithdraw_leavesNothingHalfDone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		before := s.show("rsz")
		broken := consent.NewService(s.Gate, func(tx *gateTx, id string) error { return errCrash }, nil)
		_, err := broken.Withdraw(s.As("rsz"), s.victimID, s.consentID, before.Version, "spoken", "")
		if err == nil {
			t.Fatal("the crash did not happen")
		}
		if now := s.show("rsz"); now.State(s.Now()) != consent.Live || now.Resting[0].State != "live" || !s.sees("payoke") || s.told("payoke", "consent_withdrawn") != 0 {
			t.Errorf("half done: %+v", now)
		}
		s.withdraw("rsz")
		if s.sees("payoke") {
			t.Error("the second try did not end it")
		}
	})
}

// TestTrail_citesConsentAndProvision: what is shared and what is looked at says on what, by itself.
func TestTrail_citesConsentAndProvision(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.refer()
		s.sees("payoke")
		s.AddToTeam("rsz", s.caseID, "be.fgp")
		for _, test := range []struct {
			action, basis, consentID string
		}{
			{"referral.offer", "consent", s.consentID}, {"referral.accept", "consent", s.consentID}, {"victim.show", "consent", s.consentID},
			{"team.add", "be.labour.task", ""}, {"consent.record", "be.labour.gateway", s.consentID},
		} {
			if !slices.ContainsFunc(s.entries(test.action), func(body string) bool {
				return strings.Contains(body, test.basis) && (test.consentID == "" || strings.Contains(body, test.consentID))
			}) {
				t.Errorf("no entry of %s cites %s %s: %q", test.action, test.basis, test.consentID, s.entries(test.action))
			}
		}
		if n := s.number(`SELECT COUNT(*) FROM audit_entry WHERE op = :op`, database.Args{"op": string(audit.ConsentChange)}); n != 1 {
			t.Errorf("%d entries of a consent", n)
		}
	})
}

// TestWithdraw_endsAThousandAtOnce: whatever their number, the statements are the same few.
func TestWithdraw_endsAThousandAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		grantID := s.refer()
		must0(t, s.Database.Write(t.Context(), func(tx *database.Tx) error {
			for i := range 1000 {
				if _, err := tx.Exec(copyGrant, database.Args{"copy": fmt.Sprintf("copy-%04d", i), "grantee": fmt.Sprintf("desk-%04d", i), "from": grantID}); err != nil {
					return err
				}
			}
			return nil
		}))
		s.withdraw("rsz")
		args := database.Args{"id": s.consentID}
		if n := s.number(`SELECT COUNT(*) FROM file_grant WHERE consent_id = :id AND state = 'ended' AND end_reason = 'consent_withdrawn'`, args); n < 1001 {
			t.Errorf("%d grants ended", n)
		}
		if n := s.number(`SELECT COUNT(*) FROM notice WHERE subject_id = :id AND code = 'consent_withdrawn'`, args); n != 1001 {
			t.Errorf("%d recipients were told", n)
		}
	})
}

const copyGrant = `INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, lead, relations, sections, purpose, basis,
  root_id, granted_by, granted_by_agency, from_at, until_at, sort_at, consent_id)
SELECT CAST(:copy AS TEXT), file_id, kind, grantee_kind, CAST(:grantee AS TEXT), agency_id, state, lead, relations, sections, purpose, basis,
  CAST(:copy AS TEXT), granted_by, granted_by_agency, from_at, until_at, sort_at, consent_id
FROM file_grant WHERE id = :from`
