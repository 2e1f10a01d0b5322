package mainjob

import (
	"relais/internal/authz"
	"relais/internal/section"
)

// 5. Two people edit the same entry: the second gets a conflict that names the first, shows both versions field by field, and
// lets them merge. Neither text is lost.
func twoPeopleEditTheSameEntry(s *story) {
	lotte, bram := s.as("rsz"), s.as("rsz.second")
	lottes, brams := lotte.begins(s.minh, authz.Labour), bram.begins(s.minh, authz.Labour)

	brams.saves(section.Values{"narrative": "The wages went to a brother in law.", "occupation": "bricklayer", "wage_paid": "400.00 EUR"})
	clash := lottes.collides(section.Values{"narrative": "Two of them were hurt in a fall.", "occupation": "roofer", "hours_per_week": "78"})

	clash.isWith(s.Person("rsz.second"))
	clash.compares("narrative", "Two of them were hurt in a fall.", "The wages went to a brother in law.")
	clash.compares("occupation", "roofer", "bricklayer")
	clash.merges(map[string]string{"narrative": "both", "occupation": "mine"})

	page := bram.sees(s.minh)
	page.reads(authz.Labour, section.Values{"narrative": "The wages went to a brother in law.\nTwo of them were hurt in a fall.", "occupation": "roofer",
		"wage_paid": "400.00 EUR", "hours_per_week": "78", "employer": worked["employer"]})
	lotte.remembers(s.minh, authz.Labour, 3, "bricklayer", "roofer", "scaffolder")
}
