package pointer_test

import (
	"context"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/track"
)

// TestSame_isSaidByEachSideAndOpensNothing: each desk once, to the other, from the page as it is; who refutes afterwards ends it.
func TestSame_isSaidByEachSideAndOpensNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		wants(t, "a stranger", s.Pointers.Same(s.as("rsz"), id, 1), fault.NotFound, "gate.not_found")
		wants(t, "a stale tab", s.Pointers.Same(s.as("ghent"), id, 7), fault.Conflict, "pointer.changed")
		must0(t, s.Pointers.Same(s.as("ghent"), id, 1))
		wants(t, "twice", s.Pointers.Same(s.as("ghent.second"), id, 2), fault.Conflict, "pointer.already_said")
		if s.told("fgp", "pointer_same") != 1 || s.told("ghent", "pointer_same") != 0 {
			t.Error("the other desk is not told")
		}
		for key, mine := range map[string]bool{"fgp": false, "ghent": true} {
			shown := must(s.Pointers.Show(s.as(key), id))(t)
			if shown.SaidByMine != mine || shown.SaidByOther == mine || shown.CanSay == mine || !shown.CanMark {
				t.Errorf("%s sees %+v", key, shown)
			}
		}
		must0(t, s.Pointers.Same(s.as("fgp"), id, 2))
		if _, err := s.Victims.Show(s.as("fgp"), twin); fault.KindOf(err) != fault.NotFound {
			t.Errorf("it opened the other file: %v", err)
		}
		for _, statement := range []string{`UPDATE pointer_same SET said_at = 1`, `DELETE FROM pointer_same`} {
			if err := s.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(statement, nil); return err }); err == nil {
				t.Errorf("%s goes through", statement)
			}
		}
		must0(t, s.Pointers.Mark(s.as("fgp"), id, 3))
		wants(t, "once it was refuted", s.Pointers.Same(s.as("fgp"), id, 4), fault.Conflict, "pointer.already_not_same")
	})
}

// TestSame_isCountedOnce: an agency that took steps on both files counts two persons until both sides have said that they are one, and
// again once one of them says that they are not. What two others have said to each other changes no figure of a third.
func TestSame_isCountedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.setting("be.rsz", true)
		mine := s.file("rsz", lan)
		found := s.probe("fgp", s.lan)
		if len(found) != 1 {
			t.Fatalf("the look finds %d", len(found))
		}
		id := found[0].ID
		caseID := must(s.Victims.Show(s.as("fgp"), s.lan))(t).File.CaseID
		for _, code := range []string{"be.rsz", "be.payoke"} {
			s.AddToTeam("fgp", caseID, code)
		}
		of := must(s.Victims.Show(s.as("rsz"), mine))(t).File.CaseID
		s.AddToTeam("rsz", of, "be.payoke")
		step := func(who, fileID, to string) {
			t.Helper()
			view, _, err := s.Tracks.Show(s.as(who), fileID)
			must0(t, err)
			for _, lane := range view.Lanes {
				if lane.Track == "protection" {
					must(s.Tracks.Move(s.as(who), fileID, track.New{Track: "protection", To: to, On: s.Today()}, lane.Version, ""))(t)
				}
			}
		}
		step("payoke", s.lan, "supported")
		step("payoke", mine, "supported")
		step("rsz", s.lan, "lost_contact")
		for range 4 {
			other := s.OpenVictim("rsz", of, section.Values{"family_name": "Tran"})
			step("payoke", other, "supported")
		}
		counts := func(when string, rsz, payoke int) {
			t.Helper()
			for who, want := range map[string]int{"rsz.head": rsz, "payoke.lead": payoke} {
				if got := must(s.Figures.Referrals(s.as(who), ""))(t).Persons.Number; got != want {
					t.Errorf("%s %s counts %d persons, not %d", when, who, got, want)
				}
			}
		}
		counts("before", 6, 6)
		must0(t, s.Pointers.Same(s.as("rsz"), id, 1))
		counts("once one side has said so", 6, 6)
		must0(t, s.Pointers.Same(s.as("fgp"), id, 2))
		counts("once both have", 5, 6)
		must0(t, s.Pointers.Mark(s.as("rsz"), id, 3))
		counts("once it is refuted", 6, 6)
		if _, err := s.Pointers.List(s.as("rsz"), true, gate.Cursor{}); err != nil {
			t.Error(err)
		}
	})
}
