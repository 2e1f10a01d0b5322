package mainjob

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
)

// 4. The police officer opens the victim file: identity and exploitation are there; health and shelter location are shown as
// hidden, with the reason and the next step; the shelter's entries carry the shelter's name.
func thePoliceSeeTheirPart(s *story) {
	officer := s.as("fgp")
	var page look
	s.police.when = s.alone(func() { page = officer.sees(s.youssef) })
	page.reads(authz.Identity, youssefIs)
	page.reads(authz.Exploitation, exploited)
	page.hides(authz.Health, authz.ReasonNoRole)
	page.hides(authz.ShelterLocation, "need.break_glass")
	page.reads(authz.RiskLevel, risk)
	page.from(authz.RiskLevel, "Payoke")
	page.lacks(lives["street"], care["injuries"], reachable["mobile_phone"], "998877")
}

// 4, further: the Immigration Office sees status facts, no narrative.
func theImmigrationOfficeSeesStatusFacts(s *story) {
	office := s.desk("be.dvz", "MINTEH")
	office.purpose, office.basis, office.until = "residence_decision", "legal_task", "2026-08-28"
	s.as("rsz").addsToTeam(s.building, office)

	page := s.as("dvz").sees(s.youssef)
	page.derives(authz.Exploitation, derived{"indications", "yes_no", "yes"})
	page.derives(authz.Exploitation, derived{"indications_on", "", exploited["assessed_on"]})
	page.reads(authz.Residence, resides)
	page.from(authz.Residence, "Payoke")
	page.hides(authz.Labour, authz.ReasonNoRole)
	page.lacks(exploited["narrative"], exploited["exploitation_place"], worked["employer"], lives["street"], care["injuries"])
}

// 4, last: a Dutch shelter and a police officer without a grant get not found, in the page, the API, the list, the search and
// the counts.
func strangersFindNothing(s *story) {
	for _, key := range []string{"cosm", "fgp.other"} {
		stranger := s.as(key)
		for _, f := range []file{s.building, s.minh, s.youssef, s.awa} {
			stranger.findsNothingAt(f)
		}
		s.listed(stranger, gate.Case)
		s.listed(stranger, gate.Victim)
		for _, values := range []section.Values{minhIs, youssefIs, awaIs} {
			if ids := stranger.finds(values["family_name"]); len(ids) > 0 {
				s.t.Errorf("%s finds %v by name", key, ids)
			}
		}
		for _, f := range []file{s.building, s.youssef} {
			if ids := stranger.finds(s.reference("be.rsz", f)); len(ids) > 0 {
				s.t.Errorf("%s finds %v by a reference of another agency", key, ids)
			}
		}
		stranger.countsNothing()
	}
}
