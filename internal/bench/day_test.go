package bench

import (
	"context"
	"slices"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/moment"
	"relais/internal/task"
)

// fillTasks gives the inspectorate's desk one open task on each case, due from far in the past to far ahead, a minute apart.
const fillTasks = numbered + `INSERT INTO task (id, file_id, kind, code, made_at, made_by, made_agency_id, to_kind, to_id, to_agency_id, due_at, state)
SELECT printf('01980000-0000-7000-8004-%012x', i), ` + caseID + `, 'case', :code, :begun, :worker, :agency, 'desk', :desk, :agency,
  :now + (place - :cases / 2) * 60000000, 'open' FROM n`

// BenchmarkMyDay is the landing page of somebody whose desk has an open task on each of its cases, and the lists behind its
// numbers, which stop at two hundred. The reference is the same page where there are 10,000 tasks.
func BenchmarkMyDay(b *testing.B) {
	for _, size := range sizes {
		h := open(b, "sqlite")
		h.cases(b, size.cases)
		lead := h.world.Person("rsz")
		must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error {
			_, err := tx.Exec(fillTasks, database.Args{"cases": size.cases, "scatter": scatter, "begun": begun, "worker": lead.ID, "agency": lead.AgencyID,
				"desk": h.world.Place("be.rsz").Desks[0], "code": task.Codes[0], "now": moment.Now()})
			return err
		}))
		h.settle(b)
		for _, who := range []struct{ name, key string }{{"widest", "rsz"}, {"nothing", "cosm"}} {
			reader := newBrowser(b, h.url, h.signIn(b, who.key))
			for name, path := range map[string]string{"day": "/", "overdue": "/tasks?box=overdue", "soon": "/tasks?box=soon"} {
				b.Run(size.name+"/"+who.name+"/"+name, func(b *testing.B) {
					took := make([]time.Duration, 0, b.N)
					for b.Loop() {
						begins := time.Now()
						must(b, reader.get(path))
						took = append(took, time.Since(begins))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				})
			}
		}
	}
}
