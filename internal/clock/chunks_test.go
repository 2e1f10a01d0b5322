package clock_test

import (
	"bytes"
	"fmt"
	"testing"

	"relais/internal/database"
	"relais/internal/testkit"
)

// TestPass_holdsOneChunkAtATime lets the nightly pass look at more clocks than it takes at a time, all of which would move: no
// transaction holds more of them than one chunk, and each clock is looked at once.
func TestPass_holdsOneChunkAtATime(t *testing.T) {
	const clocks, chunk, mark = 2350, 1000, "0198aaaa-"
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		home, rsz := w.OpenCase("rsz"), w.Person("rsz")
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			for i := range clocks {
				args := database.Args{"file": fmt.Sprintf(mark+"0000-7000-8000-%012x", i), "clock": fmt.Sprintf("0198bbbb-0000-7000-8000-%012x", i),
					"home": home, "agency": rsz.AgencyID, "worker": rsz.ID, "now": w.Now()}
				for _, statement := range []string{`INSERT INTO file (id, kind, case_id, agency_id, stage, created_at, created_by, changed_at)
VALUES (:file, 'victim', :home, :agency, 'active', :now, :worker, :now)`, `INSERT INTO clock (id, file_id, agency_id, country, rule, kind, section, state,
  start_on, term, unit, renew_by, due_on, warn_on, rule_from, pack_version, started_at)
VALUES (:clock, :file, :agency, 'NL', 'nl.b83', 'document', 'residence', 'running', '2026-01-05', 2, 'years', 1, '2028-01-05', '2027-11-06',
  '2001-04-01', '2001-04-01', :now)`} {
					if _, err := tx.Exec(statement, args); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := must(w.Clocks.Compare(w.AsProgram()))(t); n != clocks {
			t.Errorf("looked at %d clocks of %d", n, clocks)
		}
		var bodies [][]byte
		if err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Select(&bodies, `SELECT body FROM audit_entry WHERE action = 'clock.compare'`, nil)
		}); err != nil {
			t.Fatal(err)
		}
		all := 0
		for _, body := range bodies {
			n := bytes.Count(body, []byte(mark))
			if all += n; n > chunk {
				t.Errorf("one transaction held %d clocks", n)
			}
		}
		if all != clocks || len(bodies) != (clocks+chunk-1)/chunk {
			t.Errorf("%d clocks in %d transactions", all, len(bodies))
		}
	})
}
