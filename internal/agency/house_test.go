package agency_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relais/internal/account"
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

// house is a program without routes: a reception centre in Belgium with two administrators, and a police force in the
// Netherlands as the stranger.
type house struct {
	t        testing.TB
	now      moment.Time
	db       *database.DB
	path     string // of the SQLite file
	trail    *audit.Log
	gate     *gate.Gate
	policy   *authz.Snapshot
	actors   *agency.Actors
	accounts *account.Service
	agencies *agency.Service

	payoke, police agency.Founded
	people         map[string]string // name → id
	of             map[string]string // id → agency
}

func both(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, "sqlite:"+filepath.Join(t.TempDir(), "relais.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, servers.PostgresFrom(t, "agency", migrate))) })
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
		if err != nil {
			t.Fatal(err)
		}
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
	h := &house{t: t, now: moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), people: map[string]string{}, of: map[string]string{}}
	if path, lite := strings.CutPrefix(url, "sqlite:"); lite {
		h.path = path
		fine(t, migrate(url))
	}
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
	h.policy = must(authz.Shipped())(t)
	h.actors = agency.NewActors(h.policy)
	h.gate = gate.New(gate.Parts{Database: h.db, Policy: h.policy, Trail: h.trail, Vault: vault, Clock: clock, Resolve: h.actors.Resolve})
	h.accounts = account.New(h.gate, h.actors, account.Settings{})
	h.agencies = agency.NewService(h.gate, h.actors, agency.Doors{Invite: h.accounts.Invite, Dismiss: h.accounts.Dismiss})
	h.populate()
	return h
}

func (h *house) populate() {
	h.t.Helper()
	h.payoke = h.found("be.payoke", "BE", authz.RoleShelter, "Payoke")
	h.police = h.found("nl.police", "NL", authz.RolePolice, "Politie Rotterdam")
	all := h.payoke.Roles
	h.appoint("admin", h.payoke, agency.NewWorker{Given: "Karel", Family: "Somersdijk", Hold: []string{all[agency.Administrator]},
		Give: []string{all[agency.Caseworker], all[agency.Administrator], all[agency.Auditor]}})
	h.appoint("second", h.payoke, agency.NewWorker{Given: "Ingrid", Family: "Tweedeman", Hold: []string{all[agency.Administrator]},
		Give: []string{all[agency.Caseworker], all[agency.Administrator]}})
	h.appoint("nora", h.payoke, agency.NewWorker{Given: "Nora", Family: "Wijnants", Phone: "+32 3 201 16 90", Care: true,
		Hold: []string{all[agency.Caseworker]}, Desks: h.payoke.Desks[:1]})
	h.appoint("auditor", h.payoke, agency.NewWorker{Given: "Greet", Family: "Lannoovos", Hold: []string{all[agency.Auditor]}})
	foreign := h.police.Roles
	h.appoint("ruben", h.police, agency.NewWorker{Given: "Ruben", Family: "Haverkort", Hold: []string{foreign[agency.Caseworker]}, Desks: h.police.Desks})
	h.appoint("chief", h.police, agency.NewWorker{Given: "Willem", Family: "Chefman", Hold: []string{foreign[agency.Administrator]},
		Give: []string{foreign[agency.Caseworker]}})
}

func (h *house) found(code, country string, kind authz.Role, name string) agency.Founded {
	h.t.Helper()
	return must(h.agencies.Found(h.program(), agency.NewAgency{Code: code, Country: country, Kind: kind, Name: name, Regime: "gdpr",
		Desks: []agency.NewDesk{{Name: "Intake", Intake: true}, {Name: "Nacht"}}}))(h.t)
}

func (h *house) appoint(name string, at agency.Founded, n agency.NewWorker) {
	h.t.Helper()
	n.Email, n.Language = name+"@example.org", "nl"
	h.people[name] = must(h.agencies.Appoint(h.program(), at.ID, n))(h.t)
	h.of[h.people[name]] = at.ID
}

func (h *house) program() context.Context { return gate.AsProgram(h.t.Context(), "test") }

// as is somebody who has just shown both factors; the gate builds the rest from the rows.
func (h *house) as(name string) context.Context {
	h.t.Helper()
	id := h.people[name]
	if id == "" {
		h.t.Fatalf("nobody is called %q", name)
	}
	return h.acting(authz.Actor{WorkerID: id, AgencyID: h.of[id], AAL: 2}, h.now)
}

func (h *house) acting(actor authz.Actor, stepped moment.Time) context.Context {
	return gate.WithCaller(h.t.Context(), gate.Caller{Actor: actor, SteppedAt: stepped, TraceID: "test"})
}

func (h *house) actor(name string) (actor authz.Actor, err error) {
	failed := h.db.Read(h.t.Context(), func(tx *database.Tx) error {
		actor, err = h.actors.Resolve(tx, h.people[name])
		return nil
	})
	fine(h.t, failed)
	return actor, err
}

func (h *house) generation() (n int64) {
	h.t.Helper()
	fine(h.t, h.db.Read(h.t.Context(), func(tx *database.Tx) error {
		return tx.Get(&n, "SELECT generation FROM policy_state WHERE one = 1", nil)
	}))
	return n
}

// entries are all of the trail, the newest first.
func (h *house) entries() (list []audit.Entry) {
	h.t.Helper()
	fine(h.t, h.db.Read(h.t.Context(), func(tx *database.Tx) (err error) {
		list, _, err = h.trail.List(tx, audit.Filter{Everywhere: true, Limit: 1000})
		return err
	}))
	return list
}

// person reads somebody as the administrator sees them.
func (h *house) person(name string) agency.Worker {
	h.t.Helper()
	return must(h.agencies.ShowPerson(h.as("admin"), h.people[name]))(h.t)
}

func wants(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || key != "" && f.Key != key {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
}

// inTx runs fn as a person inside the gate, by an action that anybody may do.
var lookAction = gate.ByAnyone("test.look")

func (h *house) inTx(name string, fn func(tx *gate.Tx) error) {
	h.t.Helper()
	fine(h.t, h.gate.Read(h.as(name), lookAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Consult}, fn(tx)
	}))
}
