package pointer_test

import (
	"context"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/pointer"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// scene is the federal police, which has a file on a person, and the police of Ghent, which may have one too.
type scene struct {
	*testkit.World
	ghent  agency.Founded
	people map[string]testkit.Person
	lan    string // the file of the federal police
}

// lan is a person as the federal police wrote her down.
var lan = section.Values{"given_names": "Thi Lan", "family_name": "Nguyễn", "birth_date": "1998-02-15"}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := testkit.OpenAfter(t, engine, "pointers", setUp)
			s.World = w
			test(t, s)
		})
	}
}

func setUp(w *testkit.World) *scene {
	w.T.Helper()
	s := &scene{World: w, people: map[string]testkit.Person{}}
	s.ghent = must(w.Agencies.Found(w.AsProgram(), agency.NewAgency{Code: "be.ghent", Country: "BE", Kind: authz.RolePolice, Name: "Lokale politie Gent", Regime: "led",
		Desks: []agency.NewDesk{{Name: "Mensenhandel", Intake: true}, {Name: "Wijk"}}}))(w.T)
	for key, desks := range map[string][]string{"ghent": s.ghent.Desks[:1], "ghent.second": s.ghent.Desks[:1], "ghent.wijk": s.ghent.Desks[1:]} {
		s.appoint(key, s.ghent.ID, agency.NewWorker{Desks: desks, Hold: []string{s.ghent.Roles[agency.Caseworker]}, Supervisor: key == "ghent.second"})
	}
	s.appoint("ghent.admin", s.ghent.ID, agency.NewWorker{Hold: []string{s.ghent.Roles[agency.Administrator]}, Give: []string{s.ghent.Roles[agency.Caseworker]}})
	s.appoint("ghent.auditor", s.ghent.ID, agency.NewWorker{Hold: []string{s.ghent.Roles[agency.Auditor]}})
	for code, key := range map[string]string{"be.fgp": "fgp", "be.rsz": "rsz", "be.payoke": "payoke"} {
		at := w.Place(code)
		s.appoint(key+".keeper", at.ID, agency.NewWorker{Hold: []string{at.Roles[agency.Administrator]}, Give: []string{at.Roles[agency.Caseworker]}})
	}
	s.lan = s.file("fgp", lan)
	return s
}

func (s *scene) appoint(key, agencyID string, n agency.NewWorker) {
	s.T.Helper()
	n.Given, n.Family, n.Email, n.Language = "Ada", "Worker", key+"@example.org", "en"
	s.people[key] = testkit.Person{Key: key, ID: must(s.Agencies.Appoint(s.AsProgram(), agencyID, n))(s.T), AgencyID: agencyID}
}

// as is a context of one of the scene's people or the world's.
func (s *scene) as(key string) context.Context {
	p, ok := s.people[key]
	if !ok {
		return s.As(key)
	}
	actor := authz.Actor{WorkerID: p.ID, AgencyID: p.AgencyID, AAL: 2, SessionID: "test-session"}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: s.Now()})
}

// file opens a case with one victim file that holds an identity.
func (s *scene) file(key string, identity section.Values) string {
	s.T.Helper()
	caseID := must(s.Cases.Open(s.as(key), casefile.New{Facts: testkit.Site}, ""))(s.T)
	n := victim.New{DetectedOn: "2026-02-26"}
	if identity != nil {
		n.Entries = []victim.Beginning{{Section: authz.Identity, Draft: testkit.Draft(identity)}}
	}
	return must(s.Victims.Open(s.as(key), caseID, n, ""))(s.T)
}

func (s *scene) write(key, fileID string, id authz.Section, basis string, values section.Values) {
	s.T.Helper()
	must(s.Entries.Add(s.as(key), gate.Victim, fileID, id, entry.Draft{Values: values, Purpose: "protection", Basis: basis, Nature: section.Fact}, ""))(s.T)
}

// twin is the same person as Ghent wrote her down.
func (s *scene) twin() string {
	s.T.Helper()
	return s.file("ghent", section.Values{"given_names": "Lan", "family_name": "NGUYEN", "birth_date": "1998-02-15"})
}

func (s *scene) probe(key, fileID string) []pointer.Pointer {
	s.T.Helper()
	return must(s.Pointers.Probe(s.as(key), fileID, "identification"))(s.T).Pointers
}

// pointed makes the pointer between the two police forces.
func (s *scene) pointed() (id, twin string) {
	s.T.Helper()
	twin = s.twin()
	found := s.probe("fgp", s.lan)
	if len(found) != 1 {
		s.T.Fatalf("the look finds %d", len(found))
	}
	return found[0].ID, twin
}

func (s *scene) sees(key string) []pointer.Pointer {
	s.T.Helper()
	return must(s.Pointers.List(s.as(key), false, gate.Cursor{}))(s.T).Items
}

func (s *scene) decide(key string, allows bool, desksOff ...string) {
	s.T.Helper()
	now := must(s.Pointers.Settings(s.as(key)))(s.T)
	must0(s.T, s.Pointers.Decide(s.as(key), now.Version, pointer.Decision{Allows: allows, DesksOff: desksOff}))
}

// exec changes a row behind the program's back, to set a scene.
func (s *scene) exec(query string, args database.Args) {
	s.T.Helper()
	must0(s.T, s.Database.Write(s.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(query, args)
		return err
	}))
}

func (s *scene) exclude(fileID string, p testkit.Person) {
	id := gate.NewID()
	s.exec(`INSERT INTO exclusion (id, file_id, worker_id, worker_agency_id, reason, excluded_by, agency_id, from_at, root_id)
VALUES (:id, :file, :worker, :agency, 'related', :worker, :agency, 1, :id)`, database.Args{"id": id, "file": fileID, "worker": p.ID, "agency": p.AgencyID})
}

func (s *scene) let(fileID string) {
	s.exec(`UPDATE exclusion SET ended_at = 2, ended_by = 'x' WHERE file_id = :file`, database.Args{"file": fileID})
}

func (s *scene) stage(fileID, stage string) {
	s.exec(`UPDATE file SET stage = :stage WHERE id = :file`, database.Args{"file": fileID, "stage": stage})
}

func (s *scene) seal(fileID string) {
	s.exec(`INSERT INTO file_seal (id, file_id, order_hash, sealed_by, agency_id, sealed_at) SELECT id, id, :hash, created_by, agency_id, 1 FROM file WHERE id = :file`,
		database.Args{"file": fileID, "hash": []byte{1}})
	s.exec(`UPDATE file_grant SET state = 'sealed' WHERE file_id = :file AND state = 'live'`, database.Args{"file": fileID})
}

func (s *scene) leads(fileID string, lead int) {
	s.exec(`UPDATE file_grant SET lead = :lead WHERE file_id = :file`, database.Args{"file": fileID, "lead": lead})
}

// setting says for an agency without an administrator whether it takes part.
func (s *scene) setting(code string, allows bool) {
	s.exec(`INSERT INTO pointer_setting (agency_id, version, allows, set_at, set_by)
SELECT a.id, 1 + (SELECT COUNT(*) FROM pointer_setting p WHERE p.agency_id = a.id), :allows, 1, (SELECT MIN(w.id) FROM worker w WHERE w.agency_id = a.id)
FROM agency a WHERE a.code = :code`, database.Args{"code": code, "allows": gate.Flag(allows)})
}

// told counts the open notices with a code that somebody finds.
func (s *scene) told(key, code string) (found int) {
	s.T.Helper()
	for _, n := range must(s.Notices.List(s.as(key), notice.Open, gate.Cursor{}))(s.T).Items {
		if n.Code == code {
			found++
		}
	}
	return found
}

// logged are the entries of an action, the newest first.
func (s *scene) logged(action string) (list []audit.Entry) {
	s.T.Helper()
	s.Trail.Settle(s.T.Context())
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		all, _, err := s.Trail.List(tx, audit.Filter{Everywhere: true, Limit: 200})
		for _, e := range all {
			if e.Action == action {
				list = append(list, e)
			}
		}
		return err
	}))
	return list
}

func wants(t testing.TB, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind || key != "" && f.Key != key {
		t.Errorf("%s: want %s %s, got %v", what, kind, key, err)
	}
}

func says(t testing.TB, a testkit.Answer, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(string(a.Body), word) {
			t.Errorf("%s does not say %q", a.Asked, word)
		}
	}
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
