package consent

import (
	"path/filepath"
	"strings"
	"testing"

	"relais/internal/database"
)

// TestWithdrawal_readsOnlyWhatRestsOnTheConsent holds the plans of the statements that end grants: by the index of consents,
// never over all grants of the house.
func TestWithdrawal_readsOnlyWhatRestsOnTheConsent(t *testing.T) {
	db, err := database.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "relais.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	args := database.Args{"id": "c", "now": 1, "worker_id": "w", "reason": "r", "until": 2, "named": 8, "agency_id": "a", "version": 1,
		"outside": 0, "purposes": []string{"protection"}}
	for name, statement := range map[string]string{"end": endRest, "end what is no longer covered": endUncovered, "end what hangs on it": endHanging,
		"shorten": shortenRest, "tell": selectToldTo} {
		var steps []struct {
			ID     int    `db:"id"`
			Parent int    `db:"parent"`
			Unused int    `db:"notused"`
			Detail string `db:"detail"`
		}
		err := db.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(&steps, "EXPLAIN QUERY PLAN "+statement, args) })
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plan := ""
		for _, step := range steps {
			plan += step.Detail + "\n"
		}
		if !strings.Contains(plan, "file_grant_of_consent") || strings.Contains(plan, "SCAN file_grant") || strings.Contains(plan, "file_grant_due") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
