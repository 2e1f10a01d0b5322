package server_test

import (
	"context"
	"maps"
	"strings"

	"relais/internal/database"
	"relais/internal/moment"
	"relais/internal/testkit"
)

// reviewed is what the story holds of a quarter's review: access that is older than the quarter.
type reviewed struct{ Old string }

func init() {
	maps.Copy(able, map[string]string{"list-reviews": "rsz", "decide-review": "rsz2"})
}

// age lets the police have had a place in another case since before the quarter.
func (s *story) age(w *testkit.World) {
	w.T.Helper()
	s.Old = w.AddToTeam("rsz", w.OpenCase("rsz"), "be.fgp")
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE file_grant SET from_at = :before WHERE id = :grant`,
			database.Args{"grant": s.Old, "before": moment.Date("2025-12-20").EndOf()})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

func (r reviewed) param(route, name string) (value string, ok bool) {
	return r.Old, name == "grant" && strings.Contains(route, "/reviews/")
}

func (r reviewed) names() map[string]string { return map[string]string{"old": r.Old} }

func (r reviewed) forms(*testkit.World) map[string][]string {
	return map[string][]string{"/reviews/:grant": append([]string{"decision", "end"}, first...)}
}

func (r reviewed) bodies(*testkit.World) map[string]object {
	return map[string]object{"POST /reviews/:grant": {"decision": "end"}}
}
