package minor_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestMajority_anEditOfSomethingElseMakesNobodyAChild: only what an entry says anew of the age is a new word.
func TestMajority_anEditOfSomethingElseMakesNobodyAChild(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		presumed, minded := childBorn(w, "2008-05-17", "presumed_child"), childBorn(w, "2008-05-17", "")
		id := w.Write("fgp", minded.victimID, authz.Guardianship, "legal_task", section.Values{"minor": "yes"})
		w.Write("fgp", minded.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen", "birth_date": "2008-05-17"})
		minded.at("2026-05-17", "00:05")
		presumed.holds(t, "on the day", false, 1)
		minded.holds(t, "on the day", false, 2)
		born := section.Values{"family_name": "Nguyen", "given_names": "Lan", "birth_date": "2008-05-17", "age_status": "presumed_child"}
		presumed.rewrite(t, "rsz", born)
		presumed.holds(t, "a given name", false, 1)
		born["birth_date"] = "2008-05-16"
		presumed.rewrite(t, "rsz", born)
		presumed.holds(t, "another day that has passed", false, 1)
		_, err := w.Entries.Change(w.As("fgp"), id, 1, entry.Draft{Values: section.Values{"minor": "yes", "guardian_name": "An Peeters"},
			Purpose: "guardianship", Basis: "legal_task", Nature: section.Fact})
		must0(t, err)
		minded.holds(t, "the guardian's name", false, 2)
		born["birth_date"] = "2008-12-01"
		presumed.rewrite(t, "rsz", born)
		presumed.holds(t, "a day to come", true, 1)
		born["birth_date"], born["age_status"] = "2008-05-17", "child"
		presumed.rewrite(t, "rsz", born)
		presumed.holds(t, "a new word in spite of the date", true, 1)
	})
}
