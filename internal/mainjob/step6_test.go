package mainjob

import (
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/gate"
)

// 6. The agency admin of Payoke creates a caseworker account and gives it a role of that agency; the caseworker sets a password
// and a second factor (TOTP) and signs in. The admin cannot reach another agency or give a role he does not hold.
func payokesAdministratorTakesSomebodyOn(s *story) {
	admin := s.as("payoke.admin")
	s.Advance(11 * time.Minute) // what administrators change asks for the second factor again after ten
	n := newcomer{given: "Imke", family: "Verstraeten-Nolf", email: "imke@payoke.example.org", language: "en"}
	link := admin.takesOn(n)
	imke := s.road.accept(link, n)
	s.listed(imke, gate.Victim, s.youssef)
	imke.sees(s.youssef).reads(authz.Identity, youssefIs)

	for _, role := range []string{agency.Auditor, agency.Administrator} {
		admin.cannotGive(role)
	}
	for _, stranger := range []string{"rsz", "cosm"} {
		admin.cannotReach(s.Person(stranger))
	}
}
