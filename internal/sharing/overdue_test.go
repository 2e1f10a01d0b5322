package sharing_test

import (
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/notice"
	"relais/internal/restriction"
)

// TestOverdue_goesToTheDesksLeadAndThenToWhoStandsIn: once each, and not to the stand-in where the desk has answered meanwhile.
func TestOverdue_goesToTheDesksLeadAndThenToWhoStandsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(2)
		s.person("police", "elsewhere", agency.NewWorker{Supervisor: true, Desks: []string{}})
		waiting, answered := s.refer(victims[0], "police", "identity"), s.refer(victims[1], "police", "identity")
		s.Advance(24 * time.Hour)
		for range 2 {
			must(s.Sharing.Escalate(s.AsProgram()))(t)
			must(s.Sharing.StandIn(s.AsProgram()))(t)
		}
		head := s.Person("fgp.head").ID
		for i, row := range s.told("referral.overdue") {
			if row.ToKind != "worker" || row.ToID != head || i > 1 {
				t.Errorf("at the end of its time told %+v", row)
			}
		}
		must(s.Sharing.Accept(s.as("police"), answered, 1))(t)
		s.Advance(notice.LeadAnswers)
		for range 2 {
			must(s.Sharing.StandIn(s.AsProgram()))(t)
		}
		rows := s.told("referral.overdue")
		if last := rows[len(rows)-1]; len(rows) != 3 || last.ToKind != "supervisors" || last.ToID != s.house("police").ID || last.Subject != waiting {
			t.Errorf("a day later told %+v", rows)
		}
	})
}

// TestOverdue_passesOverALeadWhoIsExcluded: a lead who may know nothing of the person answers for nobody, so others hear at once.
func TestOverdue_passesOverALeadWhoIsExcluded(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "police", "identity")
		reference := must(s.Victims.Show(s.as("inspection"), victims[0]))(t).File.Reference
		must(s.Limits.Exclude(s.As("rsz.head"), restriction.NewExclusion{Reference: reference, Email: s.Person("fgp.head").Email, Reason: "related"}, ""))(t)
		s.Advance(24 * time.Hour)
		must(s.Sharing.Escalate(s.AsProgram()))(t)
		s.wantsTold("referral.overdue", "supervisors", s.house("police").ID, id)
	})
}
