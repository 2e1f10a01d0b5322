package outside_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
)

// TestSend_isHeldToTheCeilingOfTheAgency: what an agency lets no shelter have, no shelter without an account has either.
func TestSend_isHeldToTheCeilingOfTheAgency(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.ceiling(1, authz.SectionsOf(authz.Exploitation), 30)
		_, err := s.Outside.Rehearse(s.As("rsz"), s.victim, good())
		s.wants(err, "sections", "gate.partner.section")
		s.ceiling(2, authz.SectionsOf(authz.Identity), 1)
		_, err = s.Outside.Rehearse(s.As("rsz"), s.victim, good())
		s.wants(err, "until", "gate.partner.days")
		n := good()
		n.Hours = 24
		s.sent(n)
	})
}

// ceiling sets what the inspectorate lets shelters have.
func (s *scene) ceiling(version int64, sections authz.SectionSet, days int64) {
	s.t.Helper()
	s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO partner_ceiling (agency_id, kind, version, sections, days, team_days, set_by, set_at)
VALUES (:agency, 'shelter', :version, :sections, :days, 30, :by, :at)`, database.Args{"agency": s.Place("be.rsz").ID, "version": version,
			"sections": int64(sections), "days": days, "by": s.Person("rsz").ID, "at": s.Now()})
		return err
	}))
}
