package emergency_test

import (
	"context"
	"testing"
	"time"

	"relais/internal/emergency"
	"relais/internal/fault"
	"relais/internal/gate"
)

// TestConfirm_isNotStoppedByASealOnTheCase: what is sealed is the case, and the person's own file is as open as it was.
func TestConfirm_isNotStoppedByASealOnTheCase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		id := s.open()
		must(s.Limits.Seal(s.As("auditoraat"), gate.Case, s.caseID, "AN45.L7.1/2026", ""))(t)
		must0(t, s.Emergencies.Confirm(s.boss, id, 1))
		s.Advance(20 * time.Minute)
		if !s.reads(s.duty) {
			t.Error("confirmed, and closed after a quarter of an hour")
		}
	})
}

// TestSeal_ofTheVictimFileClosesTheOpening: neither list nor page tells the opener, the second person or a duty officer that there was
// one; the auditor keeps the review, without what was written of the danger, until the seal is gone.
func TestSeal_ofTheVictimFileClosesTheOpening(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		id := s.open()
		reference := must(s.Victims.Show(s.duty, s.victimID))(t).File.Reference
		order := "AN45.L7.1/2026"
		sealID := must(s.Limits.Seal(s.As("auditoraat"), gate.Victim, s.victimID, order, ""))(t)
		readers := map[string]context.Context{"the opener": s.duty, "the second person": s.boss, "a duty officer": s.second}
		for who, ctx := range readers {
			_, err := s.Emergencies.Show(ctx, id)
			s.wants(err, fault.NotFound, who+" reads the page")
			s.wants(s.Emergencies.Confirm(ctx, id, 1), fault.NotFound, who+" confirms")
			if list := must(s.Emergencies.List(ctx, emergency.All, gate.Cursor{}))(t); len(list.Items) != 0 {
				t.Errorf("%s: the list tells %+v", who, list.Items)
			}
		}
		s.Advance(emergency.Lasts)
		must(s.Emergencies.EndDue(s.AsProgram()))(t)
		if list := must(s.Emergencies.List(s.auditor, emergency.ToReview, gate.Cursor{}))(t); len(list.Items) != 1 {
			t.Errorf("the auditor's list: %+v", list.Items)
		}
		if view := s.show(s.auditor, id); view.Note != "" || !view.CanSign || len(view.Reviews) == 0 {
			t.Errorf("under the seal the auditor reads %+v", view)
		}
		caller, _ := gate.CallerOf(s.duty)
		caller.SteppedAt = s.Now()
		must(s.Limits.Open(gate.WithCaller(s.duty, caller), reference, order))(t)
		if view := s.show(s.duty, id); view.Note == "" {
			t.Error("the order opens the file, and not what was written of the danger")
		}
		if _, err := s.Emergencies.Show(s.second, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("one person's order opens it to another: %v", err)
		}
		must0(t, s.Limits.Unseal(s.As("auditoraat"), sealID, 1, "AN45.L7.99/2026"))
		if view := s.show(s.auditor, id); view.Note == "" {
			t.Error("after the seal the note stays closed to the auditor")
		}
		for who, ctx := range readers {
			if view := s.show(ctx, id); view.Note == "" {
				t.Errorf("after the seal it stays closed to %s", who)
			}
		}
	})
}
