package sharing_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/section"
	"relais/internal/sharing"
)

// openNL opens a victim file of the Dutch police.
func (s *scene) openNL() (victimID string) {
	s.T.Helper()
	victimID = s.OpenVictim("avim", s.OpenCase("avim"), section.Values{"family_name": "Nguyen", "given_names": "Thi"})
	s.Write("avim", victimID, authz.Exploitation, "legal_task", section.Values{"indications": "some"})
	return victimID
}

func register(deskID string) sharing.NewReferral {
	return sharing.NewReferral{Kind: sharing.RegistrationOnly, DeskID: deskID, Sections: []string{"identity", "exploitation"},
		Urgency: sharing.Normal, Reason: "registration", Terms: sharing.Terms{Purpose: "identification", Basis: "legal_gateway", BasisRef: "Bpolg 4:2-1b3"}}
}

func TestRegistration_goesWithoutConsentToTheRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.openNL()
		form := must(s.Sharing.ReferralForm(s.As("avim"), victimID))(t)
		if len(form.Kinds) != 2 {
			t.Errorf("the Dutch police can send %v", form.Kinds)
		}
		id := must(s.Sharing.Refer(s.As("avim"), victimID, register(s.desk("comensha")), ""))(t)
		offered := must(s.Sharing.Preview(s.as("comensha"), id))(t)
		if offered.Kind != sharing.RegistrationOnly || !named(offered.Sections) || len(offered.Sections) != 2 {
			t.Errorf("the register sees %+v", offered)
		}
		must(s.Sharing.Accept(s.as("comensha"), id, 1))(t)
		must0(t, s.Sharing.Complete(s.as("comensha"), id, 2, "registered"))
		view := must(s.Sharing.Show(s.As("avim"), id))(t)
		if view.State != sharing.Completed || view.Outcome != "registered" {
			t.Errorf("the sender sees %+v", view.Referral)
		}
	})
}

func TestKinds_refuseWhatTheirLawDoesNotAllow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.openNL()
		for _, c := range []struct {
			what, field, key string
			change           func(n *sharing.NewReferral)
		}{
			{"an unknown kind", "kind", "fault.field_unknown_code", func(n *sharing.NewReferral) { n.Kind = "both" }},
			{"to a shelter", "to", "sharing.not_a_register", func(n *sharing.NewReferral) { n.DeskID = s.desk("moria") }},
			{"on consent", "basis", "sharing.basis_for.registration_only", func(n *sharing.NewReferral) { n.Basis = "legal_task" }},
			{"with more sections", "sections", "sharing.not_for_register", func(n *sharing.NewReferral) { n.Sections = []string{"identity", "labour"} }},
			{"for help", "reason", "sharing.only_registration", func(n *sharing.NewReferral) { n.Reason = "shelter" }},
			{"with a note", "note", "sharing.register_without_note", func(n *sharing.NewReferral) { n.Note = "Call me" }},
			{"to a person", "attention", "sharing.register_without_note", func(n *sharing.NewReferral) { n.Attention = "Femke Ruitenberg" }},
			{"help without consent", "basis", "sharing.basis_for.assistance", func(n *sharing.NewReferral) {
				*n = offerTo(s.desk("moria"), "identity")
			}},
		} {
			n := register(s.desk("comensha"))
			c.change(&n)
			_, err := s.Sharing.Refer(s.As("avim"), victimID, n, "")
			t.Log(c.what)
			s.wantsField(err, c.field, c.key)
		}
		_, victims := s.openCase(1)
		_, err := s.Sharing.Refer(s.as("inspection"), victims[0], register(s.desk("comensha")), "")
		s.wantsField(err, "kind", "sharing.no_such_kind")
	})
}

func TestAssistance_inTheNetherlandsMaySaveALife(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.openNL()
		n := offerTo(s.desk("moria"), "identity")
		n.Basis = "vital_interest"
		must(s.Sharing.Refer(s.As("avim"), victimID, n, ""))(t)
		n.DeskID, n.Basis = s.desk("payoke"), "legal_task" // the Dutch rule is about Dutch desks
		_, err := s.Sharing.Refer(s.As("avim"), victimID, n, "")
		if fault.KindOf(err) == fault.Invalid {
			t.Errorf("to Belgium: %v", err)
		}
	})
}

// TestRegistration_takesNoNoteAlong: with a registration go the entries that stand there and nothing else. The register reads no note of
// their sections in the offer, in the evidence or on the file, and nothing that is written there later.
func TestRegistration_takesNoNoteAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID := s.openNL()
		must(s.Journal.Write(s.As("avim"), gate.Victim, victimID, journal.New{Section: "identity", Text: "Her brother waits outside."}, ""))(t)
		n := register(s.desk("comensha"))
		looked := must(s.Sharing.Rehearse(s.As("avim"), victimID, n))(t)
		if len(looked.Notes) != 0 || looked.Entries != 2 {
			t.Errorf("the preview: %d notes, %d entries", len(looked.Notes), looked.Entries)
		}
		n.Seen = looked.Seen
		id := must(s.Sharing.ReferSeen(s.As("avim"), victimID, n, ""))(t)
		if offered := must(s.Sharing.Preview(s.as("comensha"), id))(t); len(offered.Notes) != 0 || !named(offered.Sections) {
			t.Errorf("offered: %+v", offered)
		}
		must(s.Sharing.Accept(s.as("comensha"), id, 1))(t)
		must(s.Journal.Write(s.As("avim"), gate.Victim, victimID, journal.New{Section: "exploitation", Text: "Six more in the same house."}, ""))(t)
		later := s.Write("avim", victimID, authz.Exploitation, "legal_task", section.Values{"indications": "none"})
		if got := s.onTimeline("comensha", victimID); len(got) != 0 {
			t.Errorf("the register reads %d notes on the file", len(got))
		}
		if evidence := must(s.Sharing.Evidence(s.as("comensha"), id))(t); len(evidence.Notes) != 0 || !evidence.Whole {
			t.Errorf("evidence: %+v", evidence)
		}
		if _, err := s.Entries.Show(s.as("comensha"), later, ""); err == nil {
			t.Error("the register reads what was written after the registration")
		}
		if !s.reads("comensha", victimID) {
			t.Error("the register reads nothing at all")
		}
		_, err := s.Sharing.Refer(s.As("avim"), s.OpenVictim("avim", s.OpenCase("avim"), section.Values{"family_name": "Tran"}), register(s.desk("comensha")), "")
		s.wantsField(err, "sections", "sharing.nothing_there")
	})
}
