package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit/servers"
	"relais/internal/victim"
)

// scene is a program with an inspection, a shelter and a prosecutor, one person at the desk of each.
type scene struct {
	t        testing.TB
	db       *database.DB
	now      moment.Time
	trail    *audit.Log
	gate     *gate.Gate
	agencies *agency.Service
	cases    *casefile.Service
	victims  *victim.Service
	entries  *entry.Service
	exchange *exchange.Service
	who      map[string]context.Context
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "relais.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, newScene(t, servers.Postgres(t))) })
}

func newScene(t testing.TB, url string) *scene {
	t.Helper()
	s := &scene{t: t, now: moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), who: map[string]context.Context{}}
	s.db = must(database.Open(t.Context(), url))(t)
	t.Cleanup(func() { _ = s.db.Close() })
	must0(t, s.db.Migrate(t.Context()))
	dir := filepath.Join(t.TempDir(), "keys")
	must0(t, seal.Create(dir))
	vault := must(seal.Open(dir))(t)
	signer, verifier, err := audit.NewKeys("relais.test/trail")
	must0(t, err)
	heads := must(audit.NewDirHeads(filepath.Join(dir, "heads")))(t)
	clock := func() moment.Time { return s.now }
	s.trail = must(audit.Open(s.db, audit.Options{SignerKey: signer, VerifierKey: verifier, Origin: "relais.test/trail", Heads: heads, Clock: clock}))(t)
	policy := must(authz.Shipped())(t)
	actors := agency.NewActors(policy)
	s.gate = gate.New(gate.Parts{Database: s.db, Policy: policy, Trail: s.trail, Vault: vault, Clock: clock, Resolve: actors.Resolve})
	s.agencies = agency.NewService(s.gate, actors, agency.Doors{
		Invite:  func(*gate.Tx, string) (agency.Invitation, error) { return agency.Invitation{}, nil },
		Dismiss: func(*gate.Tx, string) error { return nil }})
	s.cases = casefile.NewService(s.gate)
	s.entries = entry.NewService(s.gate, agency.WorkerName, nil)
	s.victims = victim.NewService(s.gate, s.entries, sharing.Extend)
	s.exchange = exchange.NewService(s.gate, s.entries, s.victims, clock)
	s.found("inspection", authz.RoleLabourInspector)
	s.found("shelter", authz.RoleShelter)
	s.found("prosecutor", authz.RoleProsecutor)
	return s
}

// found makes an agency with a worker and a colleague at the same desk, "shelter" and "shelter/colleague".
func (s *scene) found(name string, kind authz.Role) {
	s.t.Helper()
	program := gate.AsProgram(s.t.Context(), "test")
	made := must(s.agencies.Found(program, agency.NewAgency{Code: name, Country: "BE", Kind: kind, Name: "Agency " + name, Regime: "gdpr",
		Desks: []agency.NewDesk{{Name: "Desk " + name, Intake: true}}}))(s.t)
	for _, person := range []string{"", "/colleague"} {
		id := must(s.agencies.Appoint(program, made.ID, agency.NewWorker{Given: "Ada", Family: "Worker", Language: "en", Care: true,
			Email: "ada" + strings.ReplaceAll(person, "/", ".") + "@" + name + ".example.org", Desks: made.Desks,
			Hold: []string{made.Roles[agency.Caseworker]}}))(s.t)
		s.who[name+person] = gate.WithCaller(s.t.Context(), gate.Caller{Actor: authz.Actor{WorkerID: id, AgencyID: made.ID, AAL: 2}})
	}
}

// take imports and wants it to work.
func (s *scene) take(who string, file []byte, name string, o exchange.Options) exchange.Report {
	s.t.Helper()
	report, err := s.exchange.Import(s.who[who], file, name, o)
	if err != nil {
		s.t.Fatalf("import: %v\n%s", err, told(report))
	}
	return report
}

// refused imports and wants it to be refused with nothing stored.
func (s *scene) refused(who string, file []byte, name string, o exchange.Options) exchange.Report {
	s.t.Helper()
	before := s.count()
	report, err := s.exchange.Import(s.who[who], file, name, o)
	if fault.KindOf(err) != fault.Invalid || len(report.Problems) == 0 {
		s.t.Fatalf("want a refusal with problems, got %v\n%s", err, told(report))
	}
	if after := s.count(); after != before {
		s.t.Errorf("a refused import left rows: %v before, %v after", before, after)
	}
	return report
}

// stored counts what an import can leave behind.
type stored struct {
	Files, Entries, Batches, Rows int64
}

func (s *scene) count() (n stored) {
	s.t.Helper()
	must0(s.t, s.db.Read(s.t.Context(), func(tx *database.Tx) error {
		for table, into := range map[string]*int64{"file": &n.Files, "entry": &n.Entries, "import_batch": &n.Batches, "import_row": &n.Rows} {
			if err := tx.Get(into, "SELECT COUNT(*) FROM "+table, nil); err != nil {
				return err
			}
		}
		return nil
	}))
	return n
}

// victimsOf reads back what the importer sees: the values of each victim's sections.
func (s *scene) victimsOf(who, caseID string) (all []map[authz.Section]section.Values) {
	s.t.Helper()
	view := must(s.cases.Show(s.who[who], caseID))(s.t)
	for _, line := range view.Victims {
		file := must(s.victims.Show(s.who[who], line.FileID))(s.t)
		values := map[authz.Section]section.Values{}
		for _, part := range file.Sections {
			for _, e := range part.Entries {
				values[part.Section] = e.Values
			}
		}
		hidden, err := s.entries.Reveal(s.who[who], gate.Victim, line.FileID, authz.ShelterLocation, "protection")
		for _, e := range hidden.Entries {
			values[authz.ShelterLocation] = e.Values
		}
		if fault.KindOf(err) != fault.Refused && err != nil {
			s.t.Fatal(err)
		}
		all = append(all, values)
	}
	return all
}

// told is a report's problems and warnings for a failing test.
func told(r exchange.Report) string {
	var b strings.Builder
	for _, p := range slices.Concat(r.Problems, r.Warnings) {
		b.WriteString(strings.Join([]string{p.Sheet, p.Column, p.Label, p.Field, p.Key}, " | "))
		b.WriteByte('\n')
	}
	return b.String()
}

// at finds the problem or warning with a key, at a column and row where these are given.
func at(problems []exchange.Problem, key, column string, row int) bool {
	return slices.ContainsFunc(problems, func(p exchange.Problem) bool {
		return p.Key == key && (column == "" || p.Column == column) && (row == 0 || p.Row == row)
	})
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must0(t, err)
		return value
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// template is IOM's own workbook, as it is handed out.
func template(t testing.TB) []byte {
	t.Helper()
	_ = os.Getenv("RELAIS_SURROUNDINGS") // another template is another test
	return must(os.ReadFile("../../../shared/htcds/htcds-template-v2.0.xlsx"))(t)
}
