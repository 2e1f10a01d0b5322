package bench

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"relais/internal/database"
)

// fillClocks gives each victim file one clock of a year; the index for what is due stays empty.
const fillClocks = numbered + `INSERT INTO clock (id, file_id, agency_id, country, rule, kind, section, state, start_on, term, unit, renew_by, due_on,
  warn_on, rule_from, pack_version, started_at)
SELECT printf('01980000-0000-7000-8014-%012x', i), ` + sharedID + `, :agency, 'NL', 'nl.b83', 'document', 'residence', 'running', '2026-01-05', 1,
  'years', 1, '2027-01-05', '2026-11-06', '2001-04-01', '2001-04-01', :begun FROM n`

const (
	newNight  = `UPDATE clock_pass SET day = ''`
	newReform = `UPDATE clock SET term = 2, due_on = '2028-01-05', would_due_on = '', would_terms = ''`
)

// grown is by how much the live heap was larger at its largest while something ran than before it.
func grown(run func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5)) // collects often, so that what is dead is not counted
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	runtime.GC()
	metrics.Read(live)
	before, most := live[0].Value.Uint64(), uint64(0)
	ended, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-ended:
				tick.Stop()
				return
			case <-tick.C:
				metrics.Read(live)
				most = max(most, live[0].Value.Uint64())
			}
		}
	}()
	run()
	close(ended)
	<-looked
	return max(most, before) - before
}

// BenchmarkClocks is the nightly pass over all open clocks, one of each victim file: every clock is held against its pack. In a
// quiet night nothing is written; in the night after a reform every clock is noted as one that would move. What it holds while it runs
// must not grow with the number of clocks; nothing else runs meanwhile.
func BenchmarkClocks(b *testing.B) {
	for _, size := range sizes {
		h := still(b, "sqlite")
		h.cases(b, size.cases)
		lead := h.world.Person("rsz")
		run := func(text string) {
			must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error {
				_, err := tx.Exec(text, database.Args{"cases": size.cases, "scatter": scatter, "begun": begun, "worker": lead.ID, "agency": lead.AgencyID, "stage": "active"})
				return err
			}))
		}
		run(fillVictimFiles)
		run(fillClocks)
		h.settle(b)
		for _, night := range []struct{ name, before string }{{"quiet", newNight}, {"reform", newReform}} {
			b.Run(size.name+"/"+night.name, func(b *testing.B) {
				done, most := 0, uint64(0)
				for range b.N {
					b.StopTimer()
					run(night.before)
					run(newNight)
					h.settle(b)
					b.StartTimer()
					var looked int
					most = max(most, grown(func() {
						var err error
						looked, err = h.Clocks.Compare(h.world.AsProgram())
						must(b, err)
					}))
					if looked != size.cases {
						b.Fatalf("looked at %d clocks of %d", looked, size.cases)
					}
					done += looked
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(done), "ms/1000clocks")
				b.ReportMetric(float64(most)/(1<<20), "MB-more-live")
			})
		}
	}
}
