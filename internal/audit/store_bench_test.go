package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/moment"
)

// share runs do b.N times from so many clients at once.
func share(b *testing.B, clients int, do func(n int) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				if err := do(int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func onBothEngines(b *testing.B, bench func(b *testing.B, h *house)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, newHouse(b, emptySQLite(b))) })
	b.Run("postgres", func(b *testing.B) { bench(b, newHouse(b, emptyPostgres(b))) })
}

// BenchmarkAppend is the durable append at 1, 16 and 64 clients. BenchmarkSingleRowCommit in the same run is what it is
// compared with; BenchmarkAppendRatio compares the two in turns, for machines with other work to do.
func BenchmarkAppend(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
				share(b, clients, func(n int) error { return h.Append(context.Background(), example(n)) })
			})
			h.sequence()
		}
	})
}

// BenchmarkSingleRowCommit writes one row of the same size in a transaction of its own.
func BenchmarkSingleRowCommit(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		h.createBenchRow()
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) { share(b, clients, h.commitBenchRow) })
		}
	})
}

// BenchmarkAppendRatio takes turns of a few milliseconds: single-row commits of one client, then appends, without and with
// the tree. It reports by how many times more entries than rows are durable in the same time (median of the rounds).
func BenchmarkAppendRatio(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		h.createBenchRow()
		ratios := map[string][]float64{}
		for b.Loop() {
			single := h.timeOf(b, 1, 25, h.commitBenchRow)
			for _, clients := range []int{1, 16, 64} {
				start := time.Now()
				appended := h.timeOf(b, clients, 20*clients, func(n int) error { return h.Append(context.Background(), example(n)) })
				h.sequence()
				treed := time.Since(start) / time.Duration(20*clients)
				for name, took := range map[string]time.Duration{"x-%02d": appended, "x-%02d-tree": treed} {
					name = fmt.Sprintf(name, clients)
					ratios[name] = append(ratios[name], float64(single)/float64(took))
				}
			}
		}
		for name, of := range ratios {
			slices.Sort(of)
			b.ReportMetric(of[len(of)/2], name)
		}
	})
}

func (h *house) timeOf(b *testing.B, clients, times int, do func(n int) error) time.Duration {
	var all sync.WaitGroup
	start := time.Now()
	for range clients {
		all.Go(func() {
			for n := range times / clients {
				if err := do(n); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(start) / time.Duration(times)
}

func (h *house) createBenchRow() {
	create := "CREATE TABLE bench_row (id TEXT PRIMARY KEY, body BLOB NOT NULL)"
	if h.db.Engine() == database.Postgres {
		create = strings.Replace(create, "BLOB", "BYTEA", 1)
	}
	h.write(func(tx *database.Tx) error { _, err := tx.Exec(create, nil); return err })
}

func (h *house) commitBenchRow(n int) error {
	e := example(n)
	e.ID = newID(h.clock())
	body := e.Canonical()
	return h.db.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec("INSERT INTO bench_row (id, body) VALUES (:id, :body)", database.Args{"id": e.ID, "body": body})
		return err
	})
}

// BenchmarkSequence is one entry on its way from the queue into the signed tree, in whole rounds.
func BenchmarkSequence(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		h.fillQueue(b.N)
		b.ResetTimer()
		h.sequence()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

// BenchmarkVerify is one numbered entry of a verification.
func BenchmarkVerify(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		h.fillQueue(b.N)
		h.sequence()
		b.ResetTimer()
		h.mustBeWhole(int64(b.N), 0)
	})
}

func (h *house) fillQueue(n int) {
	for done := 0; done < n; done += 1000 {
		h.write(func(tx *database.Tx) error {
			var rows []*sealed
			for i := done; i < min(done+1000, n); i++ {
				row, err := h.seal(example(i))
				if err != nil {
					return err
				}
				rows = append(rows, row)
			}
			return insert(tx, rows)
		})
	}
}

func BenchmarkCanonical(b *testing.B) {
	e := example(1)
	e.ID = newID(monday)
	b.ReportAllocs()
	for b.Loop() {
		e.Canonical()
	}
}

func BenchmarkParseEntry(b *testing.B) {
	e := example(1)
	e.ID = newID(monday)
	body := e.Canonical()
	b.ReportAllocs()
	b.ReportMetric(float64(len(body)), "bytes")
	for b.Loop() {
		if _, err := ParseEntry(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkList is the first page of 50 of an agency with 20,000 entries.
func BenchmarkList(b *testing.B) {
	onBothEngines(b, func(b *testing.B, h *house) {
		h.fillQueue(20000)
		h.sequence()
		for name, f := range map[string]Filter{
			"agency": {AgencyIDs: []string{"agency-payoke"}}, "file": {AgencyIDs: []string{"agency-payoke"}, FileID: "file-3"},
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					h.read(func(tx *database.Tx) error { _, _, err := h.List(tx, f); return err })
				}
			})
		}
	})
}

// BenchmarkLook is the processor's time for one look on its way from memory into the signed tree: with that of the commits in
// which they were kept, and without.
func BenchmarkLook(b *testing.B) {
	for _, count := range []int{1024, 8192} {
		b.Run(fmt.Sprintf("waiting=%d", count), func(b *testing.B) {
			h := withLooks(b, emptySQLite(b), newHeads(b))
			n := 0
			var kept, numbered time.Duration
			for b.Loop() {
				before := processorTime(b)
				for range count / 16 {
					rows := make([]*sealed, 16)
					for i := range rows {
						n++
						e := example(n)
						e.At = moment.Now()
						row, err := h.seal(e)
						if err != nil {
							b.Fatal(err)
						}
						rows[i] = row
					}
					if err := h.commit(rows); err != nil {
						b.Fatal(err)
					}
				}
				between := processorTime(b)
				h.sequence()
				kept, numbered = kept+between-before, numbered+processorTime(b)-between
			}
			b.ReportMetric(float64(kept.Nanoseconds())/float64(n), "cpu-ns/kept")
			b.ReportMetric(float64(numbered.Nanoseconds())/float64(n), "cpu-ns/numbered")
		})
	}
}

// processorTime is what the process has used of the processor, which others on the machine do not lengthen.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
