package mainjob

import (
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/section"
)

var shared = []authz.Section{authz.Identity, authz.Exploitation, authz.Labour}

// 3. He refers one victim to Payoke's intake desk, choosing the sections that go along. He cannot choose a section that he may
// not share.
func theInspectorRefersAVictimToPayoke(s *story) {
	inspector := s.as("rsz")
	for _, id := range []authz.Section{authz.Health, authz.ShelterLocation} {
		inspector.cannotRefer(s.youssef, id, authz.ReasonNoRole)
	}
	payoke := s.desk("be.payoke", "Intake")
	payoke.purpose, payoke.basis, payoke.until = "protection", "consent", "2026-11-30"
	allowed := inspector.asks(s.youssef, yes{to: payoke, sections: shared, language: "ar"})
	s.referral = inspector.refers(s.youssef, offer{to: payoke, sections: shared, reason: "shelter", urgency: "urgent", basisRef: "2026/114", consentID: allowed,
		note: "He speaks Arabic and some French."})
}

// What Payoke writes of its own.
var (
	consented = section.Values{"consent": "given", "asked_on": "2026-03-02", "how": "written"}
	reachable = section.Values{"do_not": "Never call the number he had on the site.", "channels": "mobile_phone;through_shelter", "mobile_phone": "+32470998877",
		"message_allowed": "no"}
	lives   = section.Values{"kind": "safe_house", "house_name": "De Vlinder", "street": "Koolkaai 3", "municipality": "Mechelen", "arrived_on": "2026-03-02"}
	care    = section.Values{"seen_on": "2026-03-02", "needs": "injury", "injuries": "Untreated burn on the left forearm."}
	risk    = section.Values{"level": "high", "assessed_on": "2026-03-02"}
	resides = section.Values{"country": "BE", "status": "reflection", "reflection_from": "2026-03-02", "may_work": "no"}
)

func of(values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: "protection", Basis: "legal_task", Nature: "fact"}
}

// 3, further: Payoke's desk sees the offer in its worklist with exactly what it will see, accepts, and writes safe contact,
// shelter location (named workers only) and health entries of its own.
func payokeAcceptsAndWritesItsOwn(s *story) {
	nora, yara := s.as("payoke"), s.as("payoke.second")
	for _, colleague := range []person{nora, yara} {
		colleague.awaits(s.referral)
	}
	nora.findsNothingAt(s.youssef) // the offer is open, the file not yet
	preview := nora.seesOffer(s.referral)
	preview.only(shared...)
	s.readsWhatCameAlong(preview)

	nora.accepts(s.referral)
	nora.awaits()
	s.readsWhatCameAlong(nora.sees(s.youssef))
	for _, e := range []struct {
		id     authz.Section
		values section.Values
	}{{authz.SafeContact, reachable}, {authz.ShelterLocation, lives}, {authz.Health, care}, {authz.RiskLevel, risk}, {authz.Residence, resides}, {authz.Consents, consented}} {
		nora.writes(s.youssef, e.id, of(e.values))
	}
	onlyNamedWorkersSeeTheShelter(s)
	onlyCareProfessionalsSeeHealth(s)
}

func (s *story) readsWhatCameAlong(l look) {
	s.t.Helper()
	l.reads(authz.Identity, youssefIs)
	l.reads(authz.Exploitation, exploited)
	l.reads(authz.Labour, worked)
	l.from(authz.Identity, "RSZ/ONSS")
}

// onlyNamedWorkersSeeTheShelter: whoever accepted is named and gives a reason each time; a colleague is named by her, and a
// third person of Payoke signs.
func onlyNamedWorkersSeeTheShelter(s *story) {
	nora, yara := s.as("payoke"), s.as("payoke.second")
	page := nora.sees(s.youssef)
	page.reads(authz.SafeContact, reachable)
	page.asks(authz.ShelterLocation)
	page.lacks(lives["street"])
	s.shelter.when = s.alone(func() { page.opens(authz.ShelterLocation, "protection").reads(authz.ShelterLocation, lives) })
	nora.sees(s.youssef).asks(authz.ShelterLocation)

	page = yara.sees(s.youssef)
	page.hides(authz.ShelterLocation, authz.ReasonRelation)
	page.lacks(lives["street"])
	nora.names(s.youssef, s.Person("payoke.second"))
	yara.sees(s.youssef).hides(authz.ShelterLocation, authz.ReasonRelation) // one person alone opens nothing
	s.as("payoke.lead").signs()
	page = yara.sees(s.youssef)
	page.asks(authz.ShelterLocation)
	page.opens(authz.ShelterLocation, "protection").reads(authz.ShelterLocation, lives)
}

func onlyCareProfessionalsSeeHealth(s *story) {
	s.as("payoke").sees(s.youssef).reads(authz.Health, care)
	page := s.as("payoke.second").sees(s.youssef)
	page.hides(authz.Health, "need.care_group")
	page.lacks(care["injuries"])
}
