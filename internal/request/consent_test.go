package request_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
)

// TestGrant_onConsentEndsWithTheConsent asks for what only the person can allow: the answer names the consent, one that says
// something else is refused, and a withdrawal closes the section at once.
func TestGrant_onConsentEndsWithTheConsent(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		record := func(sections ...string) string {
			return must(s.Consents.Record(s.As("rsz"), s.victimID, consent.New{Sections: sections,
				Recipients: []consent.Recipient{{AgencyID: s.Place("be.payoke").ID}}, Purposes: []string{"protection"}, AskedOn: s.Today(),
				Until: s.Today().AddDays(60), How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Interpreter: "Tolk 114",
				Witness: "Lotte Vermoesen"}, ""))(t)
		}
		n := wanted("labour")
		n.Basis, n.Until = "consent", s.Today().AddDays(30)
		id := must(s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, n, ""))(t)
		a := answer("labour")
		s.wantsField(s.Requests.Grant(s.As("rsz"), id, 1, a), "basis", "request.other_basis_needed", "without the consent")
		a.Basis = "consent"
		s.wants(s.Requests.Grant(s.As("rsz"), id, 1, a), fault.Invalid, "on a consent that is not named")
		a.ConsentID = record("identity")
		s.wantsField(s.Requests.Grant(s.As("rsz"), id, 1, a), "sections", "consent.other_section", "on a consent to something else")
		a.ConsentID = record("identity", "labour")
		must0(t, s.Requests.Grant(s.As("rsz"), id, 1, a))
		if !s.reads("payoke", authz.Labour) {
			t.Fatal("the consent opened nothing")
		}
		must(s.Consents.Withdraw(s.As("rsz"), s.victimID, a.ConsentID, 1, "spoken", ""))(t)
		if s.reads("payoke", authz.Labour) {
			t.Error("open after the withdrawal")
		}
		view := s.show(s.As("payoke"), id)
		if view.State != request.Granted || view.Holds(view.Now) || view.CanEnd {
			t.Errorf("the request says %+v", view)
		}
	})
}
