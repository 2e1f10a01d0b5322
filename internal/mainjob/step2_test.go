package mainjob

import "relais/internal/gate"

// 2. He adds the labour auditor (prosecutor) and the federal judicial police of Antwerp to the case team. Each gets a grant
// with an end date, a purpose and a basis.
func theInspectorMakesATeam(s *story) {
	inspector := s.as("rsz")
	auditor, police := s.desk("be.auditoraat", "Mensenhandel"), s.desk("be.fgp", "Mensenhandel")
	auditor.purpose, auditor.basis, auditor.until = "prosecution", "legal_task", "2026-12-31"
	police.purpose, police.basis, police.until = "investigation", "legal_task", "2026-08-28"
	for _, m := range []member{auditor, police} {
		inspector.addsToTeam(s.building, m)
	}
	for _, m := range []member{auditor, police} {
		inspector.seesTeam(s.building, m)
		for _, victim := range []file{s.minh, s.youssef, s.awa} {
			inspector.seesAccess(victim, m)
		}
	}
	s.listed(s.as("auditoraat"), gate.Case, s.building)
	s.listed(s.as("auditoraat"), gate.Victim, s.awa, s.youssef, s.minh)
}
