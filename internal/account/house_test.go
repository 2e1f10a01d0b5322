package account

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/testkit/servers"
)

const (
	demoPassword = "verre velden geven wind"
	demoSecret   = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
)

var desk = Place{Network: "192.0.2.7", Device: "test browser"}

// house is a program without routes: one agency, its administrator, and Nora who has a password and a second factor.
type house struct {
	t        testing.TB
	now      moment.Time
	db       *database.DB
	path     string
	trail    *audit.Log
	gate     *gate.Gate
	s        *Service
	agencies *agency.Service
	home     agency.Founded
	admin    string
	nora     string
}

func both(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, servers.PostgresFrom(t, "account", migrate))) })
}

func onSQLite(t testing.TB) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "relais.db")
	fine(t, migrate("sqlite:"+path))
	h := open(t, "sqlite:"+path)
	h.path = path
	return h
}

func migrate(url string) error {
	db, err := database.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.Migrate(context.Background())
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		fine(t, err)
		return v
	}
}

func fine(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, url string) *house {
	t.Helper()
	h := &house{t: t, now: moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	h.db = must(database.Open(t.Context(), url))(t)
	t.Cleanup(func() { _ = h.db.Close() })
	keys := filepath.Join(t.TempDir(), "keys")
	fine(t, seal.Create(keys))
	vault := must(seal.Open(keys))(t)
	origin, _, _ := strings.Cut(vault.VerifierKey(), "+")
	heads := must(audit.NewDirHeads(filepath.Join(t.TempDir(), "heads")))(t)
	clock := func() moment.Time { return h.now }
	h.trail = must(audit.Open(h.db, audit.Options{SignerKey: vault.SignerKey(), VerifierKey: vault.VerifierKey(), Origin: origin,
		Heads: heads, Clock: clock}))(t)
	policy := must(authz.Shipped())(t)
	actors := agency.NewActors(policy)
	h.gate = gate.New(gate.Parts{Database: h.db, Policy: policy, Trail: h.trail, Vault: vault, Clock: clock, Resolve: actors.Resolve})
	h.s = New(h.gate, actors, Settings{})
	h.s.hash = newHasher(h.s.hash.pepper, Cost{kibibytes: 1024, passes: 1, threads: 1}) // what a real one costs, rules_test tries
	h.agencies = agency.NewService(h.gate, actors, agency.Doors{Invite: h.s.Invite, Dismiss: h.s.Dismiss})
	h.populate()
	return h
}

func (h *house) populate() {
	h.t.Helper()
	h.home = must(h.agencies.Found(h.program(), agency.NewAgency{Code: "be.payoke", Country: "BE", Kind: authz.RoleShelter,
		Name: "Payoke", Regime: "gdpr", Desks: []agency.NewDesk{{Name: "Intake", Intake: true}}}))(h.t)
	h.admin = h.appoint("admin", agency.NewWorker{Given: "Karel", Family: "Somersdijk",
		Hold: []string{h.home.Roles[agency.Administrator]}, Give: []string{h.home.Roles[agency.Caseworker]}})
	h.nora = h.appoint("nora", agency.NewWorker{Given: "Nora", Family: "Wijnants", Phone: "+32 3 201 16 90",
		Hold: []string{h.home.Roles[agency.Caseworker]}, Desks: h.home.Desks})
	fine(h.t, h.s.EnrolForDemo(h.program(), h.nora, demoPassword, demoSecret))
}

func (h *house) appoint(name string, n agency.NewWorker) string {
	h.t.Helper()
	n.Email, n.Language = name+"@payoke.example", "nl"
	return must(h.agencies.Appoint(h.program(), h.home.ID, n))(h.t)
}

func (h *house) program() context.Context { return gate.AsProgram(h.t.Context(), "test") }

// stranger is a browser that has not signed in.
func (h *house) stranger() context.Context { return Nobody(h.t.Context(), "trace-0") }

func (h *house) pass(d time.Duration) { h.now = h.now.Add(d) }

// code is what Nora's telephone shows; asking lets the next 30 seconds begin, because each code works once.
func (h *house) code() string {
	h.t.Helper()
	h.pass(stepSeconds * time.Second)
	return must(Code(demoSecret, h.now))(h.t)
}

// back is the context of whoever comes with a token.
func (h *house) back(token string) context.Context {
	h.t.Helper()
	return must(h.s.Recognise(h.t.Context(), token, "trace-1"))(h.t)
}

func (h *house) gone(token string) {
	h.t.Helper()
	_, err := h.s.Recognise(h.t.Context(), token, "")
	wants(h.t, err, fault.Unauthenticated, "account.signed_out")
}

// keyGone wants a key to open nothing.
func (h *house) keyGone(token string) {
	h.t.Helper()
	_, err := h.s.RecogniseKey(h.t.Context(), token, "")
	wants(h.t, err, fault.Unauthenticated, "account.signed_out")
}

// signIn takes Nora through both steps.
func (h *house) signIn() (token string) {
	h.t.Helper()
	half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(h.t)
	whole := must(h.s.ShowCode(h.back(half.Token), h.code(), desk))(h.t)
	return whole.Token
}

// asAdmin is the administrator, who has just shown both factors.
func (h *house) asAdmin() context.Context {
	actor := authz.Actor{WorkerID: h.admin, AgencyID: h.home.ID, AAL: 2}
	return gate.WithCaller(h.t.Context(), gate.Caller{Actor: actor, SteppedAt: h.now})
}

func (h *house) entries() (list []audit.Entry) {
	h.t.Helper()
	fine(h.t, h.db.Read(h.t.Context(), func(tx *database.Tx) (err error) {
		list, _, err = h.trail.List(tx, audit.Filter{Everywhere: true, Limit: 1000})
		return err
	}))
	return list
}

// last is the newest entry of an action.
func (h *house) last(action string) audit.Entry {
	h.t.Helper()
	for _, e := range h.entries() {
		if e.Action == action {
			return e
		}
	}
	h.t.Fatalf("no entry of %s", action)
	return audit.Entry{}
}

func (h *house) count(query string) (n int) {
	h.t.Helper()
	fine(h.t, h.db.Read(h.t.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, nil) }))
	return n
}

func wants(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || key != "" && f.Key != key {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
}

func wantsField(t testing.TB, err error, field, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Key != key {
		t.Fatalf("got %+v, want %s at %s", err, key, field)
	}
}
