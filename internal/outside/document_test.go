package outside_test

import (
	"testing"

	"relais/internal/gate"
	"relais/internal/section"
)

// TestSend_keepsWhatItsProvisionAsksFor: a link rests on the law by the rules of a grant, and its sender finds the document again.
func TestSend_keepsWhatItsProvisionAsksFor(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.victim = s.OpenVictim("avim", s.OpenCase("avim"), section.Values{"family_name": "Tran"})
		n := good()
		n.Basis, n.BasisRef = "legal_gateway", "PL 1/2026"
		_, err := s.Outside.Rehearse(s.As("avim"), s.victim, n)
		s.wants(err, "basis_article", "gate.no_document.basis_article")
		n.Document = gate.Document{Article: "art. 18", By: "Officer Jansen"}
		made := s.sentBy("avim", n)
		view, err := s.Outside.Show(s.As("avim"), s.victim, made.ID)
		s.must(err)
		if view.Document != n.Document || view.LegalBasis != "nl.police.provision" {
			s.t.Errorf("the sender finds %+v on %s", view.Document, view.LegalBasis)
		}
	})
}
