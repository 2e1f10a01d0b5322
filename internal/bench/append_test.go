package bench

import (
	"context"
	"fmt"
	"testing"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
)

// BenchmarkDurableAppend is an entry of the trail on disk, tagged, queued and read back: alone, and while the program numbers and
// signs what is queued every second, with the same processors and the same disk. The reference is one row of the same size in a
// commit of its own, with the same settings (synchronous=FULL).
func BenchmarkDurableAppend(b *testing.B) {
	h, unsigned := open(b, "sqlite"), still(b, "sqlite")
	must(b, h.Database.Write(b.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("CREATE TABLE bench_row (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID", nil)
		return err
	}))
	for _, variant := range []struct {
		name  string
		write func() error
	}{
		{"single_row_commit", h.commitOne},
		{"audit_append_alone", func() error { return unsigned.Trail.Append(context.Background(), look()) }},
		{"audit_append", func() error { return h.Trail.Append(context.Background(), look()) }},
	} {
		for _, clients := range crowd {
			b.Run(fmt.Sprintf("%s/clients=%d", variant.name, clients), func(b *testing.B) { share(b, clients, variant.write) })
		}
	}
}

func (h *house) commitOne() error {
	row := database.Args{"id": gate.NewID(), "body": look().Canonical()}
	return h.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec("INSERT INTO bench_row (id, body) VALUES (:id, :body)", row)
		return err
	})
}

// look is the entry of a look at a victim file of which three sections are closed to the caller.
func look() *audit.Entry {
	const file, caseFile, grant, agency, worker = "01980000-0000-7000-8000-00000000000a", "01980000-0000-7000-8000-00000000000b",
		"01980000-0000-7001-8000-00000000000c", "01980000-0000-7002-8000-00000000000d", "01980000-0000-7003-8000-00000000000e"
	e := &audit.Entry{ID: gate.NewID(), At: moment.Now(), Action: "bench.look", Decision: audit.Allowed, ActorID: worker, ActorRole: "shelter",
		AgencyID: agency, Country: "BE", FileID: file, CaseID: caseFile, SessionID: worker, TraceID: "4bf92f3577b34da6a3ce929d0e0e4736",
		PolicyVersion: 42, Event: audit.Event{Op: audit.Consult, SubjectCategory: "victim", Purpose: "protection", Basis: "legal_task",
			GrantID: grant, Concerns: []string{agency}}}
	for _, section := range []string{"identity", "exploitation", "safe_contact", "health", "risk_level"} {
		e.Sections = append(e.Sections, audit.SectionUse{Section: section, Show: "full", Decision: audit.Allowed, Line: 12, GrantID: grant})
	}
	for _, section := range []string{"statements", "intelligence", "suspects"} {
		e.Sections = append(e.Sections, audit.SectionUse{Section: section, Decision: audit.Denied, Reason: "policy.no_rule"})
	}
	return e
}
