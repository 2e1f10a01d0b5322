package sharing_test

import (
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
)

// TestAdd_opensLocationAndHealthToAGuardianByTwo: a place in the team opens the child's file at once, and where the child lives and the
// health section with the signature of a second person of the lead, on this file and until the ceiling of guardians. A renewal asks anew.
func TestAdd_opensLocationAndHealthToAGuardianByTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		caseID, victims := s.openCase(2)
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[0], "payoke", "identity"), 1))(t)
		d := entry.Draft{Values: section.Values{"house_name": "Huis Linde"}, Purpose: "protection", Basis: "legal_task", Nature: section.Fact}
		id := must(s.Entries.Add(s.as("payoke"), gate.Victim, victims[0], authz.ShelterLocation, d, ""))(t)
		n := memberDesk(s.desk("tutelles"))
		n.VictimIDs = victims[:1]
		place := must(s.Sharing.Add(s.as("inspection"), caseID, n, ""))(t)
		reads := func() bool { return second(s.Entries.Show(s.as("tutelles"), id, "protection")) == nil }
		if reads() || !s.sees("tutelles", victims[0]) {
			t.Error("one signature opened where the child lives, or nothing at all")
		}
		wait := func() sharing.Approval {
			t.Helper()
			waiting := must(s.Sharing.Approvals(s.as("inspection/second"), gate.Cursor{}))(t).Items
			if len(waiting) != 1 || waiting[0].Sections != authz.SectionsOf(authz.ShelterLocation, authz.Health) || waiting[0].FileID != victims[0] {
				t.Fatalf("what waits is %+v", waiting)
			}
			return waiting[0]
		}
		first := wait()
		s.wantsRefusal(s.Sharing.Approve(s.as("inspection"), first.ID, 1), "sharing.second_person", "who added the guardian signs")
		must0(t, s.Sharing.Approve(s.as("inspection/second"), first.ID, 1))
		if !reads() {
			t.Error("two signatures do not open it")
		}
		s.Advance(60 * day)
		next := must(s.renew("inspection", place, s.versionOf(place), s.inDays(120)))(t)
		again := wait()
		if !reads() || again.UntilAt.Sub(s.Now()) > 91*day {
			t.Errorf("after the renewal it is closed, or proposed beyond the ceiling: %v", again.UntilAt)
		}
		s.Advance(40 * day)
		if reads() || !s.sees("tutelles", victims[0]) {
			t.Error("what two signed is open beyond its end, or the place is closed")
		}
		must0(t, s.Sharing.Remove(s.as("inspection"), caseID, next, s.versionOf(next)))
		if left := s.counted(`SELECT COUNT(*) FROM file_grant WHERE root_id = :id AND state <> 'ended'`, database.Args{"id": next}); left != 0 {
			t.Error("something outlives the place that it hung on")
		}
	})
}
