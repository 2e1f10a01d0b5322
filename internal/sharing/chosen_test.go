package sharing_test

import (
	"slices"
	"testing"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestRefer_takesTheConsentThatTheRuleAsksFor: the safe contact is passed on with the person's consent only, and that is the one which
// the offer names; one to something else does not do.
func TestRefer_takesTheConsentThatTheRuleAsksFor(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("payoke", w.OpenCase("payoke"), section.Values{"family_name": "Tran"})
		w.Write("payoke", victimID, authz.SafeContact, "legal_task", section.Values{"mobile_phone": "+32470123456"})
		offers := func() bool {
			form := must(w.Sharing.ReferralForm(w.As("payoke"), victimID))(t)
			return slices.ContainsFunc(form.Sections, func(c sharing.Choice) bool { return c.Section == authz.SafeContact && c.Allowed })
		}
		record := func(sections ...string) string {
			return must(w.Consents.Record(w.As("payoke"), victimID, consent.New{Sections: sections,
				Recipients: []consent.Recipient{{AgencyID: w.Place("be.fgp").ID}}, Purposes: []string{"protection"}, AskedOn: w.Today(),
				Until: w.Today().AddDays(60), How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "Lotte Vermoesen"}, ""))(t)
		}
		refer := func(basis, consentID string) (string, error) {
			return w.Sharing.Refer(w.As("payoke"), victimID, sharing.NewReferral{DeskID: w.Place("be.fgp").Desks[0], Sections: []string{"safe_contact"},
				Urgency: sharing.Urgent, Reason: "investigation", Terms: sharing.Terms{Purpose: "protection", Basis: basis, ConsentID: consentID,
					Until: w.Today().AddDays(30)}}, "")
		}
		says := func(err error, key, what string) {
			t.Helper()
			f, ok := fault.As(err)
			if !ok || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Key == key }) {
				t.Errorf("%s: %v", what, err)
			}
		}
		narrow := record("identity")
		if offers() {
			t.Error("the form offers it on a consent to something else")
		}
		for _, basis := range []string{"legal_task", "consent"} {
			_, err := refer(basis, "")
			says(err, "sharing.not_yours.safe_contact", "on "+basis+" without a consent")
		}
		_, err := refer("consent", narrow)
		says(err, "consent.other_section", "on a consent to something else")
		wide := record("identity", "safe_contact")
		if !offers() {
			t.Error("the form does not offer what the person lets go")
		}
		id := must(refer("consent", wide))(t)
		must(w.Sharing.Accept(w.As("fgp"), id, 1))(t)
		if view := w.SectionOf("fgp", victimID, authz.SafeContact); len(view.Entries) != 1 {
			t.Errorf("the desk reads %+v", view)
		}
	})
}

// TestShow_saysTheProvisionAndTheStrictestMarking of what goes along.
func TestShow_saysTheProvisionAndTheStrictestMarking(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran"})
		for _, tlp := range []string{"green", "amber"} {
			d := testkit.Draft(section.Values{"family_name": "Nguyen"})
			d.TLP = tlp
			must(w.Entries.Add(w.As("rsz"), gate.Victim, victimID, authz.Identity, d, ""))(t)
		}
		id := must(w.Sharing.Refer(w.As("rsz"), victimID, sharing.NewReferral{DeskID: w.Place("be.payoke").Desks[0], Sections: []string{"identity"},
			Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: w.Today().AddDays(30)}}, ""))(t)
		view := must(w.Sharing.Show(w.As("rsz"), id))(t)
		if law, ok := authz.LegalBases().Find(view.LegalBasis, w.Today()); !ok || law.Family != "legal_task" || view.Marking.TLP != "amber" {
			t.Errorf("provision %q, marking %q", view.LegalBasis, view.Marking)
		}
	})
}
