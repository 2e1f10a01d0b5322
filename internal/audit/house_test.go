package audit

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/testkit/servers"
)

const origin = "relais.test/trail"

var (
	signerKey, verifierKey = mustKeys()
	monday                 = moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
)

func mustKeys() (string, string) {
	signer, verifier, err := NewKeys(origin)
	if err != nil {
		panic(err)
	}
	return signer, verifier
}

// house is a migrated database with a log.
type house struct {
	*Log
	t     testing.TB
	url   string
	heads *DirHeads
}

// onBoth runs the claim on both engines.
func onBoth(t *testing.T, claim func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { claim(t, newHouse(t, emptySQLite(t))) })
	t.Run("postgres", func(t *testing.T) { claim(t, newHouse(t, emptyPostgres(t))) })
}

func emptySQLite(t testing.TB) string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "relais.db")
	if err := migrate(url); err != nil {
		t.Fatal(err)
	}
	return url
}

func emptyPostgres(t testing.TB) string {
	t.Helper()
	return servers.PostgresFrom(t, "audit", migrate)
}

func migrate(url string) error {
	db, err := database.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.Migrate(context.Background())
}

func newHouse(t testing.TB, url string) *house {
	t.Helper()
	heads, err := NewDirHeads(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return openHouse(t, url, heads)
}

func openHouse(t testing.TB, url string, heads *DirHeads) *house {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h := &house{t: t, url: url, heads: heads}
	h.Log = h.log(db, Options{Heads: heads})
	return h
}

// log opens one more log on the database.
func (h *house) log(db *database.DB, opts Options) *Log {
	h.t.Helper()
	opts.Origin = origin
	if opts.SignerKey == "" {
		opts.SignerKey = signerKey
	}
	if opts.VerifierKey == "" {
		opts.VerifierKey = verifierKey
	}
	l, err := Open(db, opts)
	if err != nil {
		h.t.Fatal(err)
	}
	return l
}

// example is a plausible entry; n makes it differ from others.
func example(n int) *Entry {
	return &Entry{
		At: monday.Add(time.Duration(n) * time.Second), Action: "victim.open",
		Event: Event{
			Op: Consult, Fields: []string{"identity.family_name", "identity.birth_date"}, Purpose: "protection", Basis: "be.circular.2016",
			GrantID: "grant-" + strconv.Itoa(n), Concerns: []string{"agency-payoke"},
			Sections: []SectionUse{
				{Section: "identity", Show: "full", Decision: Allowed, Line: 12, GrantID: "grant-1"},
				{Section: "health", Decision: Denied, Reason: "matrix.none", Needs: "consent+care_group"},
			},
		},
		Decision: Allowed, ActorID: "worker-" + strconv.Itoa(n%3), ActorRole: "police", AgencyID: "agency-fgp", Country: "BE",
		FileID: "file-" + strconv.Itoa(n%5), CaseID: "case-1", SessionID: "session-1", TraceID: "trace-" + strconv.Itoa(n), PolicyVersion: 7,
	}
}

func (h *house) append(from, to int) []string {
	h.t.Helper()
	var ids []string
	for n := from; n < to; n++ {
		e := example(n)
		e.ID = fmt.Sprintf("entry-%04d", n)
		if err := h.Append(h.t.Context(), e); err != nil {
			h.t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	return ids
}

func (h *house) sequence() Checkpoint {
	h.t.Helper()
	cp, err := h.Sequence(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return cp
}

func (h *house) verify() Report {
	h.t.Helper()
	report, err := h.Verify(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return report
}

func (h *house) mustBeWhole(size, queued int64) {
	h.t.Helper()
	report := h.verify()
	if report.Wrong != nil {
		h.t.Fatalf("wrong: %+v", *report.Wrong)
	}
	if report.Size != size || report.Queued != queued {
		h.t.Fatalf("%d numbered and %d queued, want %d and %d", report.Size, report.Queued, size, queued)
	}
}

func (h *house) write(fn func(tx *database.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read(fn func(tx *database.Tx) error) {
	h.t.Helper()
	if err := h.db.Read(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func wantKey(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}
